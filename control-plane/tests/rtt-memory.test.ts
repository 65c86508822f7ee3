import { randomUUID } from 'node:crypto';
import { networkPrefix } from '@canopy/runtime/address';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rttKeys } from '../src/adapters/redis/keys.ts';
import { RedisRttStore } from '../src/adapters/redis/rtt-store.ts';
import type { KeptNetwork } from '../src/app/edges/rtt-keeping.ts';
import type { ControlPlane } from '../src/context.ts';
import { call, newMeeting, newToken } from '../src/testing/api.ts';
import { joinWith } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';

const edgeIds = ['eu-central-1', 'us-east-1'];

let mesh: TestMesh;

beforeAll(async () => {
  mesh = await TestMesh.create({ gated: true, config: { trustedProxies: ['127.0.0.1'] } });
  for (const id of edgeIds) await mesh.edge(id, id);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

async function started(): Promise<ControlPlane> {
  const replica = await mesh.replica();
  await mesh.untilHeard([replica], edgeIds);
  return replica;
}

/** Somebody joins who measured that the edge in America is near. */
async function measures(replica: ControlPlane, address: string) {
  const meetingId = await newMeeting(replica.httpAddress);
  const { token } = await newToken(replica.httpAddress, meetingId);
  const client = await mesh.client(replica, { 'x-forwarded-for': address });
  const rtts = [{ edgeId: 'us-east-1', rttMs: 5 }];
  return await client.ask({ join: { ...joinWith(token), location: undefined, rtts } });
}

async function placed(replica: ControlPlane, address: string): Promise<unknown> {
  return (await call(replica.httpAddress, 'GET', `/v1/placement?address=${address}`)).body;
}

/** Redis has it. */
async function untilKept(address: string): Promise<void> {
  const redis = mesh.redis();
  await expect.poll(() => keptIn(redis)).toContain(networkPrefix(address));
}

async function keptIn(redis: Redis): Promise<string[]> {
  return await redis.hkeys(rttKeys(mesh.config.namespace).networks);
}

const byMeasurement = {
  decision: {
    edgeId: 'us-east-1',
    candidates: expect.arrayContaining([expect.objectContaining({ edgeId: 'us-east-1', rttSource: 'measured' })]),
  },
};

it('outlives the replica that learnt it: one that starts later places by it, and Redis holds no address', async () => {
  const before = await started();
  expect((await measures(before, '203.0.113.7')).joined).toBeDefined();
  await before[Symbol.asyncDispose]();
  const after = await started();
  await expect.poll(() => placed(after, '203.0.113.8')).toMatchObject(byMeasurement);
  const kept = await mesh.redis().hgetall(rttKeys(mesh.config.namespace).networks);
  expect(kept).toEqual({ '4/24:cb0071': expect.stringMatching(/^\[\["us-east-1",\d+(\.\d+)?,(1|0\.\d+)\]\]$/) });
});

it('outlives the death of a replica, from a few seconds after it was measured', async () => {
  const replica = await started();
  expect((await measures(replica, '198.51.100.7')).joined).toBeDefined();
  await untilKept('198.51.100.7');
  const after = await started();
  await expect.poll(() => placed(after, '198.51.100.8')).toMatchObject(byMeasurement);
});

it('is still known to a replica while Redis is away, and is written when that is back', async () => {
  const replica = await started();
  const redis = mesh.redis();
  // It has just written, and does so again only some seconds from now.
  await measures(replica, '198.18.0.7');
  await untilKept('198.18.0.7');
  expect((await measures(replica, '192.0.2.7')).joined).toBeDefined();
  await mesh.gates.redis.close();
  expect(await keptIn(redis)).not.toContain(networkPrefix('192.0.2.7'));
  expect(await placed(replica, '192.0.2.8')).toMatchObject(byMeasurement);
  await mesh.gates.redis.open();
  await untilKept('192.0.2.7');
});

it('is kept in bounds, those written longest ago go first, and for some time only', async () => {
  const [redis, namespace] = [mesh.redis(), randomUUID()];
  const store = new RedisRttStore(redis, namespace, { mostNetworks: 3 });
  const network = (name: number): KeptNetwork => ({
    network: `net ${name}`,
    rtts: [{ edgeId: 'edge', rttMs: 20.04, weight: 1 }],
  });
  const recalled = async (from = store) => {
    const found = [];
    for await (const part of from.recall()) found.push(...part);
    return found;
  };
  const redisMs = async () => {
    const [seconds, microseconds] = (await redis.time()).map(Number);
    return (seconds ?? 0) * 1_000 + Math.floor((microseconds ?? 0) / 1_000);
  };
  for (const name of [0, 1, 2, 3]) {
    await store.keep([network(name)]);
    const writtenAt = await redisMs();
    await expect.poll(redisMs, { interval: 1 }).toBeGreaterThan(writtenAt);
  }
  await store.keep([network(1)]);
  await store.keep([network(4)]);
  expect((await recalled()).map((one) => one.network)).toEqual(['net 3', 'net 1', 'net 4']);
  expect(await recalled()).toContainEqual({
    network: 'net 4',
    rtts: [{ edgeId: 'edge', rttMs: 20, weight: 1 }],
    agoMs: expect.any(Number),
  });
  for (const key of Object.values(rttKeys(namespace))) expect(await redis.pttl(key)).toBeGreaterThan(0);

  const { networks } = rttKeys(namespace);
  const broken = { 'net 1': '[["edge",20,', 'net 3': '[["edge","near",1]]' };
  await redis.hset(networks, broken);
  expect((await recalled()).map((one) => one.network)).toEqual(['net 4']);

  const brief = new RedisRttStore(redis, namespace, { keptForMs: 1 });
  await expect.poll(() => recalled(brief)).toEqual([]);
  await brief.keep([]);
  expect(await redis.exists(...Object.values(rttKeys(namespace)))).toBe(0);
});
