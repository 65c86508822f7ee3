import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { redisNow } from '../src/adapters/redis/connection.ts';
import { meetingKeys } from '../src/adapters/redis/keys.ts';
import type { RedisMeetingStore } from '../src/adapters/redis/meeting-store.ts';
import { recordOf } from '../src/app/session/live-session.ts';
import type { Gate } from '../src/testing/gate.ts';
import { GatedStores } from '../src/testing/gated-stores.ts';
import { liveSession } from '../src/testing/live-session.ts';
import { joinWith } from '../src/testing/media.ts';

let stores: GatedStores;
let gate: Gate;
let redis: Redis;
let store: RedisMeetingStore;
let stalling: Redis;
let stalled: RedisMeetingStore;

beforeAll(async () => {
  stores = await GatedStores.open(process.env.REDIS_URL ?? '');
  ({ gate, redis, store, stalling, stalled } = stores);
});

afterAll(() => stores[Symbol.asyncDispose]());

const { rtpCapabilities, dtlsParameters } = joinWith('');
const connectionOf = (id: string) => ({ id, resumeHash: `hash-of-${id}` });

const join = (over: RedisMeetingStore, meetingId: string, connectionId: string) => {
  const session = liveSession('ada', { meetingId });
  const media = { ...session.media, client: { ...session.media.client, rtpCapabilities, dtlsParameters } };
  return over.join(meetingId, session.profile, recordOf(session), media, connectionOf(connectionId), false);
};
const resume = (over: RedisMeetingStore, meetingId: string, connectionId: string) =>
  over.resume(meetingId, 'ada', 'hash-of-first', connectionOf(connectionId), undefined);

it.each([
  ['join', join],
  ['resume', resume],
])(
  'a %s that stood still on its way does not take the place of a connection that was asked for later',
  async (_, work) => {
    const meetingId = randomUUID();
    await join(store, meetingId, 'first');
    const time = stalling.time.bind(stalling);
    const asked = Promise.withResolvers<void>();
    // The way closes right behind the question what time it is.
    const stall = () => {
      gate.freeze();
      asked.resolve();
    };
    Object.assign(stalling, { time: () => time().finally(stall) });
    const late = work(stalled, meetingId, 'late');
    await asked.promise;
    Object.assign(stalling, { time });
    const then = await redisNow(redis);
    await expect.poll(() => redisNow(redis), { timeout: 10_000 }).toBeGreaterThan(then);
    await resume(store, meetingId, 'back');
    gate.thaw();
    await expect(late).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
    expect(await store.connectionOf(meetingId, 'ada')).toBe('back');
    await work(stalled, meetingId, 'later');
    expect(await store.connectionOf(meetingId, 'ada')).toBe('later');
  },
);

it('whoever comes back is let in, whatever was asked before Redis’ clock was set back', async () => {
  const meetingId = randomUUID();
  await join(store, meetingId, 'first');
  await redis.hset(meetingKeys(stores.namespace, meetingId).resume, 'ada asked', (await redisNow(redis)) + 60_000);
  await resume(store, meetingId, 'back');
  expect(await store.connectionOf(meetingId, 'ada')).toBe('back');
});
