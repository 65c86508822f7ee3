import { EdgeHeartbeat } from '@canopy/proto/bus';
import { systemClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectRedis } from '../src/adapters/redis/connection.ts';
import { RedisEdgeMemory } from '../src/adapters/redis/edge-memory.ts';
import { TestMesh } from '../src/testing/mesh.ts';

let mesh: TestMesh;
let redis: Redis;
let memory: RedisEdgeMemory;

beforeAll(async () => {
  mesh = await TestMesh.create();
  redis = connectRedis({ url: mesh.config.redisUrl, commandTimeoutMs: 2_000 }, silentLogger);
  await redis.connect();
  memory = new RedisEdgeMemory(redis, mesh.config.namespace, systemClock, silentLogger);
});

afterAll(async () => {
  redis.disconnect();
  await mesh[Symbol.asyncDispose]();
});

const known = async () => (await redis.smembers(`${mesh.config.namespace}:edges`)).sort();

it('edges are remembered while they are heard, and leave nothing when they are gone', async () => {
  for (const edgeId of ['heard', 'silent', 'gone']) memory.remember(EdgeHeartbeat.fromPartial({ edgeId }));
  await expect.poll(known).toEqual(['gone', 'heard', 'silent']);
  memory.forget('gone');
  await expect.poll(known).toEqual(['heard', 'silent']);
  // As its time does when it is heard no more.
  await redis.del(`${mesh.config.namespace}:edge:silent`);
  expect((await memory.recall()).map(({ edgeId }) => edgeId)).toEqual(['heard']);
  expect(await known()).toEqual(['heard']);
});
