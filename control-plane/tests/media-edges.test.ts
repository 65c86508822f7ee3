import { randomUUID } from 'node:crypto';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, it, onTestFinished } from 'vitest';
import { connectRedis } from '../src/adapters/redis/connection.ts';
import { meetingKeys } from '../src/adapters/redis/keys.ts';
import { mediaEdgesOnRedis } from '../src/adapters/redis/media-edges.ts';

it('tells of each of a large audience where they are and where they move away from', async () => {
  const redis = connectRedis({ url: process.env.REDIS_URL ?? '', commandTimeoutMs: 2_000 }, silentLogger);
  onTestFinished(() => redis.disconnect());
  await redis.connect();
  const meetingId = randomUUID();
  const keys = meetingKeys('media-edges', meetingId);
  onTestFinished(async () => void (await redis.del(keys.sessions, keys.moves)));
  const people = Array.from({ length: 1_200 }, (_, index) => `viewer ${index}`);
  const on = (edgeId: string) => JSON.stringify({ edgeId });
  const stay = people.slice(1).flatMap((id, index) => [id, on(`edge ${index + 1}`)]);
  await redis.hset(keys.sessions, ...stay);
  await redis.hset(keys.moves, 'viewer 700', on('before'));
  const edges = await mediaEdgesOnRedis(redis, 'media-edges')(meetingId, people);
  const expected = people.map((_, index) => [`edge ${index}`]);
  expected[0] = [];
  expected[700]?.push('before');
  expect(edges).toEqual(expected);
});
