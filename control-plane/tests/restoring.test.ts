import { randomUUID } from 'node:crypto';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, it } from 'vitest';
import { connectRedis } from '../src/adapters/redis/connection.ts';
import { RedisMeetingStore } from '../src/adapters/redis/meeting-store.ts';
import { recordOf } from '../src/app/session/live-session.ts';
import { liveSession } from '../src/testing/live-session.ts';
import { TestMesh } from '../src/testing/mesh.ts';

it('puts a large audience back piece by piece, with hands in the order in which they were raised', async () => {
  await using mesh = await TestMesh.create();
  const { namespace, timing, redisUrl } = mesh.config;
  await using owned = new AsyncDisposableStack();
  const redis = connectRedis({ url: redisUrl, commandTimeoutMs: 2_000 }, silentLogger);
  owned.defer(() => redis.disconnect());
  await redis.connect();
  const store = new RedisMeetingStore(redis, { namespace, ...timing });
  const meetingId = randomUUID();
  const ids = Array.from({ length: 1_200 }, (_, index) => `attendee ${index}`);
  // The last who came was first to raise a hand.
  const places = new Map([
    ['attendee 3', 3],
    ['attendee 600', 2],
    ['attendee 1199', 1],
  ]);
  const held = ids.map((id) => {
    const session = liveSession(id, { role: 'attendee', meetingId });
    const connection = { id, resumeHash: '' };
    return {
      participant: recordOf(session),
      tracks: [],
      handPlace: places.get(id),
      held: { session: session.media, connection },
    };
  });
  const { profile } = liveSession('attendee 0');
  const { events } = await store.restore(meetingId, profile, { generation: 'before', sequence: 7 }, held);
  const state = await store.read(meetingId);
  expect(state.attendeeCount).toBe(ids.length);
  expect(state.hands.map(({ participantId }) => participantId)).toEqual([...places.keys()].toReversed());
  // No event is missing, and none tells of another beginning.
  expect(new Set(events.map(({ position }) => position?.generation))).toEqual(new Set([state.position.generation]));
  expect(events.at(-1)?.position).toEqual(state.position);
});
