import { setImmediate as nextTurn } from 'node:timers/promises';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, it } from 'vitest';
import { liveSession } from '../../testing/live-session.ts';
import type { Room } from '../events/room.ts';
import { BreakoutKeeping } from './keeping.ts';

it('tries again when it is time to look, and not before, where nobody could be moved', async () => {
  const clock = new VirtualClock();
  const session = liveSession('ben', { role: 'panelist' });
  const room: Partial<Room> = { sessions: () => [session], push: async () => {} };
  const red = { id: 'red', name: 'Red' };
  let tried = 0;
  const keeping = new BreakoutKeeping({
    records: {
      list: async () => [
        { meetingId: session.meetingId, phase: 'open', selfChosen: false, rooms: [red], closesAt: undefined },
      ],
      places: async () => [{ participantId: 'ben', name: 'Ben', roomId: red.id, asksForHelp: false }],
      closeDue: async () => [],
      leftRooms: async () => [],
      forget: async () => {},
    },
    meetings: {
      find: async () => {
        tried += 1;
        await nextTurn();
        return undefined;
      },
    },
    store: { everybody: async () => [], participantCount: async () => 1 },
    rooms: { list: () => [room as Room] },
    transferring: { move: async () => true },
    ending: { end: () => Promise.reject(new Error('no room is left')) },
    clock,
    logger: silentLogger,
  });
  const turns = async () => {
    for (let turn = 0; turn < 20; turn++) await nextTurn();
  };
  const stop = keeping.run();
  clock.advance(1_000);
  await turns();
  expect(tried).toBe(1);
  clock.advance(1_000);
  await turns();
  expect(tried).toBe(2);
  stop();
});
