import { BreakoutPhase } from '@canopy/proto/breakouts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { newMeeting, newToken } from '../src/testing/api.ts';
import { joinWith } from '../src/testing/media.ts';
import type { TestMesh } from '../src/testing/mesh.ts';
import { startPair } from '../src/testing/pair.ts';
import { joined, type Person } from '../src/testing/people.ts';

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
      .poll(() => presence()?.map(({ roomId, present }) => ({ roomId, present })), { timeout: 5_000 })
      .toEqual(expect.arrayContaining([red, blue].map((roomId) => ({ roomId, present: true }))));
    // They can do things there, and are brought back.
    expect((await ben.client.ask({ raiseHand: {} })).error).toBeUndefined();
    await manage({ close: {} });
    await Promise.all([untilIn(ben, meetingId), untilIn(cem, meetingId)]);
    const everybody = [ada, ben, cem].map((person) => person.participantId).sort();
    await expect.poll(() => rosterOf(ada), { timeout: 5_000 }).toEqual(everybody);
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
