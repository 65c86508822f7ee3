import { randomUUID } from 'node:crypto';
import { TrackKind, TrackSource } from '@canopy/proto/media';
import { LeaveReason, Role } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectRedis } from '../src/adapters/redis/connection.ts';
import { meetingKeys } from '../src/adapters/redis/keys.ts';
import { RedisMeetingStore } from '../src/adapters/redis/meeting-store.ts';
import { recordOf } from '../src/app/session/live-session.ts';
import { defaultTiming } from '../src/config.ts';
import type { RoleName } from '../src/core/meeting/roles.ts';
import { applyEvent, type Change, emptyState, type MeetingState } from '../src/core/meeting/state.ts';
import { liveSession } from '../src/testing/live-session.ts';
import { joinWith } from '../src/testing/media.ts';

const mostListed = 3;
const people = ['ada', 'ben', 'cem', 'dora', 'emil', 'fred', 'gina'];
const namespace = `crowds-${randomUUID()}`;
const profile = { title: '', mode: 'meeting', settings: {}, revision: 0 } as const;
const { rtpCapabilities, dtlsParameters } = joinWith('');
let redis: Redis;
let store: RedisMeetingStore;

beforeAll(async () => {
  redis = connectRedis({ url: process.env.REDIS_URL ?? '', commandTimeoutMs: 60_000 }, silentLogger);
  await redis.connect();
  store = new RedisMeetingStore(redis, { namespace, ...defaultTiming, storeTimeoutMs: 60_000, mostListed });
});

afterAll(async () => {
  const keys = await redis.keys(`${namespace}:*`);
  if (keys.length > 0) await redis.del(keys);
  redis.disconnect();
});

/** Somebody does something; what they may not, or are not there for, fails. */
type Deed = (meetingId: string) => Promise<Change>;

const join =
  (id: string, role: RoleName = 'panelist'): Deed =>
  (meetingId) => {
    const session = liveSession(id, { meetingId, role, profile });
    const client = { ...session.media.client, rtpCapabilities, dtlsParameters };
    const connection = { id: randomUUID(), resumeHash: id };
    return store.join(meetingId, profile, recordOf(session), { ...session.media, client }, connection, false);
  };
const leave =
  (id: string): Deed =>
  (meetingId) =>
    store.leave(meetingId, id, LeaveReason.LEFT);
const publish =
  (id: string): Deed =>
  (meetingId) =>
    store.publish(meetingId, {
      id: `of ${id}`,
      participantId: id,
      kind: TrackKind.AUDIO,
      source: TrackSource.MICROPHONE,
      muted: false,
      originEdgeId: 'e',
    });

const somebody = fc.constantFrom(...people);
const deeds = fc.oneof(
  { weight: 4, arbitrary: somebody.map((id) => ['joins', id, join(id)] as const) },
  { weight: 2, arbitrary: somebody.map((id) => ['leaves', id, leave(id)] as const) },
  somebody.map((id) => ['joins as host', id, join(id, 'host')] as const),
  somebody.map((id) => ['publishes', id, publish(id)] as const),
  somebody.map((id) => ['publishes no more', id, (m: string) => store.unpublish(m, id, `of ${id}`)] as const),
  somebody.map((id) => ['raises a hand', id, (m: string) => store.raiseHand(m, id)] as const),
  somebody.map((id) => ['lowers it', id, (m: string) => store.lowerHand(m, id)] as const),
  somebody.map((id) => ['is spotlit', id, (m: string) => store.describe(m, id, { spotlight: true })] as const),
  somebody.map((id) => ['is a cohost', id, (m: string) => store.setRole(m, id, 'cohost')] as const),
  somebody.map((id) => ['is none', id, (m: string) => store.setRole(m, id, 'panelist')] as const),
  somebody.map((id) => ['is renamed', id, (m: string) => store.rename(m, id, `${id}!`)] as const),
);

/** Those of a meeting's crowd. */
async function crowdOf(meetingId: string): Promise<string[]> {
  return (await store.attendees(meetingId, undefined, 100)).attendees.map(({ id }) => id);
}

async function requireKept(meetingId: string, followed: MeetingState): Promise<void> {
  const [state, crowd] = [await store.read(meetingId), await crowdOf(meetingId)];
  const listed = new Set(state.participants.map(({ id }) => id));
  // What the events say is what is kept.
  expect(new Map(followed.participants.map((one) => [one.id, one]))).toEqual(
    new Map(state.participants.map((one) => [one.id, one])),
  );
  expect([followed.attendeeCount, followed.tracks, followed.hands]).toEqual([crowd.length, state.tracks, state.hands]);
  expect(state.attendeeCount).toBe(crowd.length);
  // Nobody is in both, and while there is a crowd half of the list is there.
  expect(crowd.filter((id) => listed.has(id))).toEqual([]);
  if (crowd.length > 0) expect(listed.size).toBeGreaterThan(mostListed / 2);
  // Everybody knows whom they hear of.
  for (const { participantId } of [...state.tracks, ...state.hands]) expect(listed).toContain(participantId);
  const inCrowd = await Promise.all(crowd.map((id) => store.participant(meetingId, id)));
  for (const one of inCrowd) expect([one?.role, one?.spotlight]).toEqual([Role.PANELIST, undefined]);
}

it('who does anything that others hear of is listed, nobody is lost, and more than half of the list is there while there is a crowd', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deeds, { minLength: 12, maxLength: 30 }), async (all) => {
      const meetingId = randomUUID();
      let followed = emptyState;
      const known = new Set<string>();
      for (const [, , deed] of all) {
        const { events } = await deed(meetingId).catch((error: unknown) => {
          if (error instanceof CanopyError) return { events: [] };
          throw error;
        });
        for (const event of events) {
          followed = applyEvent(followed, event);
          // Who was listed once is so until they leave.
          const { participantJoined, participantLeft, ofAttendee } = event;
          if (participantJoined !== undefined && ofAttendee === true) expect(known).not.toContain(participantJoined.id);
          if (participantJoined !== undefined && ofAttendee !== true) known.add(participantJoined.id);
          if (participantLeft !== undefined && ofAttendee !== true) known.delete(participantLeft.participantId);
        }
        await requireKept(meetingId, followed);
      }
    }),
    { numRuns: 15 },
  );
});

it('whom a replica of the version before listed without a word is listed, and gone when they leave', async () => {
  const meetingId = randomUUID();
  for (const id of people.slice(0, 5)) await join(id)(meetingId);
  expect(await crowdOf(meetingId)).toEqual(['dora', 'emil']);
  const { participants } = meetingKeys(namespace, meetingId);
  const record = liveSession('dora', { meetingId, role: 'panelist', profile });
  await redis.hset(participants, 'dora', JSON.stringify(recordOf(record)));
  const { events } = await store.rename(meetingId, 'dora', 'Dora B.');
  expect(events).toMatchObject([{ participantUpdated: { name: 'Dora B.' } }]);
  expect(events[0]?.ofAttendee).toBeUndefined();
  // When half of the list is gone, it goes on with who is in the crowd.
  for (const id of ['ada', 'ben', 'cem']) await leave(id)(meetingId);
  expect((await store.read(meetingId)).participants.map(({ id }) => id).sort()).toEqual(['dora', 'emil']);
  expect(await crowdOf(meetingId)).toEqual([]);
  await leave('dora')(meetingId);
  expect(await store.participantCount(meetingId)).toBe(1);
});
