import { BreakoutPhase } from '@canopy/proto/breakouts';
import { Moderation } from '@canopy/proto/moderation';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newMeeting, newToken } from '../src/testing/api.ts';
import { Gate } from '../src/testing/gate.ts';
import { joinWith, microphone } from '../src/testing/media.ts';
import { pairForTests } from '../src/testing/pair.ts';
import { joined, type Person, published } from '../src/testing/people.ts';

const pair = pairForTests({
  timing: { compareStreamsEveryMs: 200, renewPresenceEveryMs: 500, sweepEveryMs: 200 },
});

describe('when Redis forgot everything', () => {
  it('who waits in a lobby still waits, hosts still see them, and let them in', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress, { settings: { lobby: 'guests' } });
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const { token, participantId } = await newToken(pair.two.httpAddress, meetingId, 'Ben', 'panelist');
    const ben = await pair.mesh.client(pair.two);
    ben.ws.send(JSON.stringify({ id: 1_000, join: joinWith(token) }));
    await ben.until(({ waiting }) => waiting);
    await ada.client.untilEvent(({ waitingJoined }) => waitingJoined !== undefined);

    await pair.mesh.emptyRedis();
    await ada.client.until(({ snapshot }) => snapshot);
    const listed = async () =>
      (await ada.client.ask({ listWaiting: {} })).waitingList?.people.map(({ name }) => name).join();
    await expect.poll(listed, { timeout: 10_000 }).toBe('Ben');
    // Nobody told it that it is in, out, or denied.
    expect(ben.received.filter(({ waiting }) => waiting === undefined)).toEqual([]);

    expect((await ada.client.ask({ admit: { participantIds: [participantId] } })).error).toBeUndefined();
    expect((await ben.until(({ reply }) => reply)).joined?.participantId).toBe(participantId);
  });

  it('everybody still sees who is before their eyes, and how well the meeting reaches them', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const { participantId } = ada;
    expect((await ada.client.ask({ setSpotlight: { participantId, on: true } })).error).toBeUndefined();
    await ada.client.ask({ reportReception: { networkQuality: 2, seesTrackId: '' } });
    await ada.client.untilEvent(({ participantUpdated }) => participantUpdated?.networkQuality === 2);

    await pair.mesh.emptyRedis();
    const { participants } = await ada.client.until(({ snapshot }) => snapshot);
    expect(participants).toMatchObject([{ id: participantId, spotlight: true, networkQuality: 2 }]);
    const ben = await joined(pair.mesh, pair.two, meetingId, 'Ben');
    const seen = ben.answer.meeting?.participants.find(({ id }) => id === participantId);
    expect(seen).toMatchObject({ spotlight: true, networkQuality: 2 });
  });

  it('everybody is what they were made, and called what they were named, also when they join again', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ben = await joined(pair.mesh, pair.two, meetingId, 'Ben');
    const { participantId } = ben;
    expect((await ada.client.ask({ changeRole: { participantId, role: 'ROLE_PANELIST' } })).error).toBeUndefined();
    await ben.client.until(({ roleChanged }) => roleChanged);
    const rename = async (name: string) =>
      expect((await ada.client.ask({ rename: { participantId, name } })).error).toBeUndefined();
    await rename('Benjamin');
    await ben.client.untilEvent(({ participantUpdated }) => participantUpdated?.name === 'Benjamin');

    await pair.mesh.emptyRedis();
    await ben.client.until(({ snapshot }) => snapshot);
    const again = async () => {
      const client = await pair.mesh.client(pair.one);
      const { joined: answer } = await client.ask({ join: joinWith(ben.token) });
      return answer?.meeting?.participants.find(({ id }) => id === participantId);
    };
    expect(await again()).toMatchObject({ role: 'ROLE_PANELIST', name: 'Benjamin' });
    await rename('Benny');
    expect(await again()).toMatchObject({ role: 'ROLE_PANELIST', name: 'Benny' });
  });

  it('people stay in their breakout rooms, hosts see who is where, and all come back when the rooms close', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ben = await joined(pair.mesh, pair.two, meetingId, 'Ben', { role: 'panelist' });
    const cem = await joined(pair.mesh, pair.two, meetingId, 'Cem', { role: 'panelist' });
    const manage = async (what: object) => {
      const { error } = await ada.client.ask({ manageBreakouts: what });
      expect(error).toBeUndefined();
    };
    await manage({ create: { names: ['Red', 'Blue'], selfChosen: false } });
    const { rooms } = await ada.client.until(({ breakouts }) =>
      breakouts?.phase === BreakoutPhase.PREPARED ? breakouts : undefined,
    );
    const [red = '', blue = ''] = rooms.map(({ id }) => id);
    const { participantId } = ben;
    await manage({ assign: { assignments: [{ participantId, roomId: red }] } });
    await manage({ assign: { assignments: [{ participantId: cem.participantId, roomId: blue }] } });
    await manage({ change: { open: true, rename: [] } });
    await Promise.all([untilIn(ben, red), untilIn(cem, blue)]);

    await pair.mesh.emptyRedis();
    for (const [person, where, roster] of [
      [ada, meetingId, [ada]],
      [ben, red, [ben]],
      [cem, blue, [cem]],
    ] as const) {
      const snapshot = await person.client.until((message) => message.snapshot);
      expect(snapshot.meetingId).toBe(where);
      expect(snapshot.participants.map(({ id }) => id)).toEqual(roster.map((someone) => someone.participantId));
    }
    const presence = () => ada.client.received.findLast(({ breakouts }) => breakouts !== undefined)?.breakouts?.places;
    await expect
      .poll(() => presence()?.map(({ roomId, present }) => ({ roomId, present })))
      .toEqual(expect.arrayContaining([red, blue].map((roomId) => ({ roomId, present: true }))));
    // They can do things there, and are brought back.
    expect((await ben.client.ask({ raiseHand: {} })).error).toBeUndefined();
    await manage({ close: {} });
    await Promise.all([untilIn(ben, meetingId), untilIn(cem, meetingId)]);
    const everybody = [ada, ben, cem].map((person) => person.participantId).sort();
    await expect.poll(() => rosterOf(ada)).toEqual(everybody);
  });
});

describe('when Redis went back to what it was', () => {
  it('what it lost is put back, and everybody hears of what comes', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ben = await joined(pair.mesh, pair.two, meetingId, 'Ben');
    const goBack = await pair.mesh.rememberRedis();
    const cem = await joined(pair.mesh, pair.one, meetingId, 'Cem');
    const { participantId } = ben;
    expect((await ada.client.ask({ changeRole: { participantId, role: 'ROLE_PANELIST' } })).error).toBeUndefined();
    expect((await ada.client.ask({ rename: { participantId, name: 'Benjamin' } })).error).toBeUndefined();
    await ben.client.until(({ roleChanged }) => roleChanged);
    const voice = await published(ben, microphone);
    await ada.client.untilEvent(({ trackPublished }) => trackPublished?.id === voice);
    await goBack();
    await Promise.all([ada, ben, cem].map(({ client }) => client.until(({ snapshot }) => snapshot)));
    const dan = await joined(pair.mesh, pair.two, meetingId, 'Dan');
    const everybody = [ada, ben, cem, dan].map(({ participantId }) => participantId).sort();
    for (const person of [ada, ben, cem, dan])
      await expect.poll(() => rosterOf(person), { timeout: 10_000 }).toEqual(everybody);
    const eve = await joined(pair.mesh, pair.one, meetingId, 'Eve');
    const bens = eve.answer.meeting?.participants.find(({ id }) => id === participantId);
    expect(bens).toMatchObject({ role: 'ROLE_PANELIST', name: 'Benjamin' });
    expect(eve.answer.meeting?.tracks.map(({ id }) => id)).toEqual([voice]);
    await cem.client.untilEvent(({ participantJoined }) => participantJoined?.name === 'Eve');
  });
});

describe('a replica that missed more than is kept', () => {
  it('puts nobody back who was banned meanwhile', async () => {
    const redis = await Gate.before(pair.mesh.config.redisUrl);
    const bus = await Gate.before(pair.mesh.config.natsUrl);
    onTestFinished(async () => {
      await redis.gate[Symbol.asyncDispose]();
      await bus.gate[Symbol.asyncDispose]();
    });
    const apart = await pair.mesh.replica({}, { redisUrl: redis.url, natsUrl: bus.url });
    await pair.mesh.untilHeard([apart], ['europe']);
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const eve = await joined(pair.mesh, apart, meetingId, 'Eve', { role: 'panelist' });
    await redis.gate.close();
    await bus.gate.close();
    const { participantId } = eve;
    expect((await ada.client.ask({ moderate: { participantId, moderation: Moderation.BAN } })).error).toBeUndefined();
    await joined(pair.mesh, pair.one, meetingId, 'Ben');
    expect(rosterOf(ada)).not.toContain(participantId);
    await pair.mesh.redis().xtrim(`${pair.mesh.config.namespace}:events:{${meetingId}}`, 'MAXLEN', 1);
    await bus.gate.open();
    await redis.gate.open();
    await eve.client.closed;
    const cem = await joined(pair.mesh, pair.one, meetingId, 'Cem');
    expect(rosterOf(ada)).not.toContain(participantId);
    expect(rosterOf(cem)).not.toContain(participantId);
  });
});

function untilIn({ client }: Person, meetingId: string) {
  return client.until(({ transfer }) => (transfer?.joined?.meeting?.meetingId === meetingId ? transfer : undefined));
}

/** Who is there as this one was told last. */
function rosterOf({ client, answer }: Person): string[] {
  let ids = new Set(answer.meeting?.participants.map(({ id }) => id));
  for (const { snapshot, event } of client.received) {
    if (snapshot !== undefined) ids = new Set(snapshot.participants.map(({ id }) => id));
    if (event?.participantJoined !== undefined) ids.add(event.participantJoined.id);
    if (event?.participantLeft !== undefined) ids.delete(event.participantLeft.participantId);
  }
  return [...ids].sort();
}
