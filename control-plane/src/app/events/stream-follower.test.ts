import type { MeetingEvent } from '@canopy/proto/signal';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { emptyState, type MeetingState } from '../../core/meeting/state.ts';
import { StreamFollower, type StreamFollowerDeps } from './stream-follower.ts';

function stateAt(sequence: number, generation = 'g'): MeetingState {
  return { ...emptyState, position: { generation, sequence }, attendeeCount: sequence };
}

/** Somebody more attends. */
function event(sequence: number, generation = 'g'): MeetingEvent {
  const participantJoined = { id: `${sequence}`, name: '', edgeId: 'e', region: 'r', connected: true };
  return {
    position: { generation, sequence },
    ofAttendee: true,
    participantJoined: { ...participantJoined, role: 'ROLE_ATTENDEE' },
  };
}

/** A follower of a stream of these events, with what it tells: each event by its number, each state it read anew as "at" its number. */
async function following(stream: readonly MeetingEvent[] | undefined, deps: Partial<StreamFollowerDeps> = {}) {
  const told: (number | string | undefined)[] = [];
  const follower = new StreamFollower('m', {
    store: { read: async () => stateAt(0) },
    stream: { since: async (_, { sequence }) => stream?.slice(sequence) },
    logger: silentLogger,
    onEvent: ({ position }) => told.push(position?.sequence),
    onReadAnew: ({ position }) => told.push(`at ${position.sequence}`),
    putBack: async () => false,
    ...deps,
  });
  await follower.open();
  return { follower, told };
}

test('each event is told once and in order, whatever is heard twice or comes to be heard late', async () => {
  const events = [1, 2, 3, 4].map((sequence) => event(sequence));
  const { follower, told } = await following(events);
  follower.heard([event(1), event(1), event(4)]);
  expect(told).toEqual([1]);
  await follower.reach({ generation: 'g', sequence: 4 });
  follower.heard([event(2), event(3)]);
  expect([told, follower.state.attendeeCount]).toEqual([[1, 2, 3, 4], 4]);
});

test('what is not of the stream moves nothing', async () => {
  const { follower, told } = await following([]);
  follower.heard([{ receptionCounted: { replicaId: 'other', counts: undefined } }]);
  expect([told, follower.position]).toEqual([[], { generation: 'g', sequence: 0 }]);
});

test('it is reached only with the newest it was asked for', async () => {
  const { follower } = await following([event(1)]);
  expect((await follower.reach({ generation: 'g', sequence: 1 })).attendeeCount).toBe(1);
  await expect(follower.reach({ generation: 'g', sequence: 2 })).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
});

test('it reads on where the stream stands elsewhere, and only there', async () => {
  const { follower, told } = await following([event(1)]);
  await follower.compare({ generation: 'g', sequence: 0 });
  expect(told).toEqual([]);
  await follower.compare({ generation: 'g', sequence: 1 });
  expect(told).toEqual([1]);
});

test('where the stream does not reach back so far the state is read as a whole', async () => {
  const states = [stateAt(0), stateAt(7)];
  const { follower, told } = await following(undefined, { store: { read: async () => states.shift() ?? emptyState } });
  await follower.catchUp();
  expect([told, follower.state.attendeeCount]).toEqual([['at 7'], 7]);
});

test('it does not go back to what it read when that came after all', async () => {
  const { promise: read, resolve } = Promise.withResolvers<MeetingState>();
  const reads = [async () => stateAt(0), () => read];
  const { follower, told } = await following(undefined, {
    store: { read: () => reads.shift()?.() ?? Promise.reject(new Error('it is not read again')) },
    stream: { since: async (_, { sequence }) => (sequence < 2 ? undefined : []) },
  });
  const caughtUp = follower.catchUp();
  await expect.poll(() => reads).toEqual([]);
  follower.heard([event(1), event(2)]);
  resolve(stateAt(1));
  await caughtUp;
  expect([told, follower.state.attendeeCount]).toEqual([[1, 2], 2]);
});

test('what a stream has lost is put back, and the state is the one after that', async () => {
  const states = [stateAt(5), stateAt(0, 'h'), stateAt(6, 'h')];
  const lost: MeetingState[] = [];
  const { follower, told } = await following(undefined, {
    store: { read: async () => states.shift() ?? emptyState },
    putBack: async (known) => lost.push(known) > 0,
  });
  await follower.catchUp();
  expect(lost.map(({ position }) => position)).toEqual([{ generation: 'g', sequence: 5 }]);
  expect([told, follower.position]).toEqual([['at 6'], { generation: 'h', sequence: 6 }]);
});

test('a stream of which nobody has anything to put back is followed as it is', async () => {
  const states = [stateAt(5), stateAt(2, 'h')];
  const { follower, told } = await following(undefined, { store: { read: async () => states.shift() ?? emptyState } });
  await follower.catchUp();
  expect([told, follower.position]).toEqual([['at 2'], { generation: 'h', sequence: 2 }]);
});
