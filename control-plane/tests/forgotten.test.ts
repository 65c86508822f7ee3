import { BreakoutPhase } from '@canopy/proto/breakouts';
import { Moderation } from '@canopy/proto/moderation';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { newMeeting, newToken } from '../src/testing/api.ts';
import { Gate } from '../src/testing/gate.ts';
import { joinWith, microphone } from '../src/testing/media.ts';
import type { TestMesh } from '../src/testing/mesh.ts';
import { startPair } from '../src/testing/pair.ts';
import { joined, type Person, published } from '../src/testing/people.ts';

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;

beforeAll(async () => {
  ({ mesh, one, two } = await startPair({
    timing: { compareStreamsEveryMs: 200, renewPresenceEveryMs: 500, sweepEveryMs: 200 },
  }));
});

afterAll(() => mesh[Symbol.asyncDispose]());

describe('when Redis forgot everything', () => {
  it('who waits in a lobby still waits, hosts still see them, and let them in', async () => {
    const meetingId = await newMeeting(one.httpAddress, { settings: { lobby: 'guests' } });
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const { token, participantId } = await newToken(two.httpAddress, meetingId, 'Ben', 'panelist');
    const ben = await mesh.client(two);
    ben.ws.send(JSON.stringify({ id: 1_000, join: joinWith(token) }));
    await ben.until(({ waiting }) => waiting);
    await ada.client.untilEvent(({ waitingJoined }) => waitingJoined !== undefined);

    await mesh.emptyRedis();
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
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const { participantId } = ada;
    expect((await ada.client.ask({ setSpotlight: { participantId, on: true } })).error).toBeUndefined();
    await ada.client.ask({ reportReception: { networkQuality: 2, seesTrackId: '' } });
    await ada.client.untilEvent(({ participantUpdated }) => participantUpdated?.networkQuality === 2);

    await mesh.emptyRedis();
    const { participants } = await ada.client.until(({ snapshot }) => snapshot);
    expect(participants).toMatchObject([{ id: participantId, spotlight: true, networkQuality: 2 }]);
    const ben = await joined(mesh, two, meetingId, 'Ben');
    const seen = ben.answer.meeting?.participants.find(({ id }) => id === participantId);
    expect(seen).toMatchObject({ spotlight: true, networkQuality: 2 });
  });

  it('everybody is what they were made, also when they join again', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const ben = await joined(mesh, two, meetingId, 'Ben');
    const { participantId } = ben;
    expect((await ada.client.ask({ changeRole: { participantId, role: 'ROLE_PANELIST' } })).error).toBeUndefined();
    await ben.client.until(({ roleChanged }) => roleChanged);

    await mesh.emptyRedis();
    await ben.client.until(({ snapshot }) => snapshot);
    const again = await mesh.client(one);
    expect((await again.ask({ join: joinWith(ben.token) })).joined?.role).toBe('ROLE_PANELIST');
  });

  it('people stay in their breakout rooms, hosts see who is where, and all come back when the rooms close', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const ben = await joined(mesh, two, meetingId, 'Ben', { role: 'panelist' });
    const cem = await joined(mesh, two, meetingId, 'Cem', { role: 'panelist' });
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

    await mesh.emptyRedis();
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
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const ben = await joined(mesh, two, meetingId, 'Ben');
    const goBack = await mesh.rememberRedis();
    const cem = await joined(mesh, one, meetingId, 'Cem');
    const { participantId } = ben;
    expect((await ada.client.ask({ changeRole: { participantId, role: 'ROLE_PANELIST' } })).error).toBeUndefined();
    await ben.client.until(({ roleChanged }) => roleChanged);
    const voice = await published(ben, microphone);
    await ada.client.untilEvent(({ trackPublished }) => trackPublished?.id === voice);
    await goBack();
    await Promise.all([ada, ben, cem].map(({ client }) => client.until(({ snapshot }) => snapshot)));
    const dan = await joined(mesh, two, meetingId, 'Dan');
    const everybody = [ada, ben, cem, dan].map(({ participantId }) => participantId).sort();
    for (const person of [ada, ben, cem, dan])
      await expect.poll(() => rosterOf(person), { timeout: 10_000 }).toEqual(everybody);
    const eve = await joined(mesh, one, meetingId, 'Eve');
    const bens = eve.answer.meeting?.participants.find(({ id }) => id === participantId);
    expect(bens?.role).toBe('ROLE_PANELIST');
    expect(eve.answer.meeting?.tracks.map(({ id }) => id)).toEqual([voice]);
    await cem.client.untilEvent(({ participantJoined }) => participantJoined?.name === 'Eve');
  });
});

describe('a replica that missed more than is kept', () => {
  it('puts nobody back who was banned meanwhile', async () => {
    const redis = await Gate.before(mesh.config.redisUrl);
    const bus = await Gate.before(mesh.config.natsUrl);
    onTestFinished(async () => {
      await redis.gate[Symbol.asyncDispose]();
      await bus.gate[Symbol.asyncDispose]();
    });
    const apart = await mesh.replica({}, { redisUrl: redis.url, natsUrl: bus.url });
    await mesh.untilHeard([apart], ['europe']);
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const eve = await joined(mesh, apart, meetingId, 'Eve', { role: 'panelist' });
    await redis.gate.close();
    await bus.gate.close();
    const { participantId } = eve;
    expect((await ada.client.ask({ moderate: { participantId, moderation: Moderation.BAN } })).error).toBeUndefined();
    await joined(mesh, one, meetingId, 'Ben');
    expect(rosterOf(ada)).not.toContain(participantId);
    await mesh.redis().xtrim(`${mesh.config.namespace}:events:{${meetingId}}`, 'MAXLEN', 1);
    await bus.gate.open();
    await redis.gate.open();
    await eve.client.closed;
    const cem = await joined(mesh, one, meetingId, 'Cem');
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
