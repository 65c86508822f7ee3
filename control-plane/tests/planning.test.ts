import { randomUUID } from 'node:crypto';
import { BackupPolicy, type RouteTable, RoutingClient } from '@canopy/proto/routing';
import { silentLogger } from '@canopy/runtime/logger';
import { credentials } from '@grpc/grpc-js';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connectRedis } from '../src/adapters/redis/connection.ts';
import { meetingKeys } from '../src/adapters/redis/keys.ts';
import { RedisMeetingStore } from '../src/adapters/redis/meeting-store.ts';
import { RedisPlanStore } from '../src/adapters/redis/plan-store.ts';
import type { ControlPlane } from '../src/context.ts';
import type { MeetingPlan } from '../src/core/routing/meeting-plan.ts';
import { call, newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { frankfurt, sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';

const virginia = { latitude: 38.9, longitude: -77.4 };
const saoPaulo = { latitude: -23.55, longitude: -46.63 };

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
const edges = new Map<string, FakeEdge>();

beforeAll(async () => {
  mesh = await TestMesh.create();
  for (const region of ['eu-central-1', 'us-east-1', 'sa-east-1', 'ap-southeast-2']) {
    edges.set(region, await mesh.edge(region, region));
  }
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([one, two], [...edges.keys()]);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

function parentOf(edgeId: string, meetingId: string, originId: string): string | undefined {
  const table = edges.get(edgeId)?.routes.get(meetingId);
  return table?.routes.find(({ originEdgeId }) => originEdgeId === originId)?.parent?.edgeId;
}

async function getRoutes(replica: ControlPlane, meetingId: string, edgeId: string): Promise<RouteTable> {
  const client = new RoutingClient(replica.grpcAddress, credentials.createInsecure());
  try {
    const { promise, resolve, reject } = Promise.withResolvers<RouteTable>();
    client.getRoutes({ meetingId, edgeId }, (error, table) => (error === null ? resolve(table) : reject(error)));
    return await promise;
  } finally {
    client.close();
  }
}

describe('a plan', () => {
  it('is forced through a relay by the meeting’s settings, and the relay is told', async () => {
    const settings = { routing: { via: { 'us-east-1': 'eu-central-1', 'sa-east-1': 'us-east-1' } } };
    const meetingId = await newMeeting(one.httpAddress, { settings });
    await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
    await joined(mesh, two, meetingId, 'Bia', { location: saoPaulo, role: 'attendee' });
    expect(parentOf('sa-east-1', meetingId, 'eu-central-1')).toBe('us-east-1');
    await expect.poll(() => parentOf('us-east-1', meetingId, 'eu-central-1')).toBe('eu-central-1');
  });

  it('follows routing settings that change while it is in force', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
    await joined(mesh, two, meetingId, 'Bia', { location: saoPaulo, role: 'attendee' });
    const parent = () => parentOf('sa-east-1', meetingId, 'eu-central-1');
    await expect.poll(parent).toBe('eu-central-1');
    const change = (routing: object) =>
      call(one.httpAddress, 'PATCH', `/v1/meetings/${meetingId}`, { settings: { routing } });
    await change({ via: { 'sa-east-1': 'us-east-1' } });
    await expect.poll(parent).toBe('us-east-1');
    await change({ maxDepth: 1, backup: 'none' });
    await expect.poll(parent).toBe('eu-central-1');
    expect(edges.get('sa-east-1')?.routes.get(meetingId)?.backup).toBe(BackupPolicy.NONE);
  });

  it('has an edge shed the children that it is too busy for within seconds', async () => {
    const [busy, europe] = [edges.get('us-east-1'), edges.get('eu-central-1')];
    if (busy === undefined || europe === undefined) throw new Error('an edge is missing');
    onTestFinished(() => {
      busy.load = 0;
      for (const { neighbours } of [busy, europe]) neighbours.length = 0;
    });
    busy.neighbours.push({ edgeId: europe.id, rttMs: 90, loss: 0 }, { edgeId: 'sa-east-1', rttMs: 112, loss: 0 });
    europe.neighbours.push({ edgeId: 'sa-east-1', rttMs: 200, loss: 0 });
    for (const edge of [busy, europe]) edge.heartbeat();
    const meetingId = await newMeeting(one.httpAddress);
    await joined(mesh, one, meetingId, 'Ada', { location: saoPaulo });
    await joined(mesh, two, meetingId, 'Una', { location: virginia, role: 'attendee' });
    await joined(mesh, one, meetingId, 'Ben', { location: frankfurt, role: 'attendee' });
    const parent = () => parentOf(europe.id, meetingId, 'sa-east-1');
    await expect.poll(parent).toBe(busy.id);
    busy.load = 1;
    await expect.poll(parent, { timeout: 10_000 }).toBe('sa-east-1');
    expect(parentOf('us-east-1', meetingId, 'sa-east-1')).toBe('sa-east-1');
  });

  it('is told to edges that ask, by any replica', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
    await joined(mesh, one, meetingId, 'Ben', { location: sydney });
    const told = edges.get('ap-southeast-2')?.routes.get(meetingId);
    expect(await getRoutes(two, meetingId, 'ap-southeast-2')).toEqual(told);
    await expect(getRoutes(two, randomUUID(), 'ap-southeast-2')).rejects.toThrow('MEETING_NOT_FOUND');
  });

  it('serves everybody when many join at once on both replicas', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const places = [frankfurt, sydney, saoPaulo];
    await Promise.all(
      Array.from({ length: 9 }, (_, index) =>
        joined(mesh, index % 2 === 0 ? one : two, meetingId, `P${index}`, { location: places[index % 3] ?? frankfurt }),
      ),
    );
    for (const edgeId of ['eu-central-1', 'ap-southeast-2', 'sa-east-1']) {
      await expect
        .poll(() =>
          edges
            .get(edgeId)
            ?.routes.get(meetingId)
            ?.routes.map(({ originEdgeId }) => originEdgeId)
            .sort(),
        )
        .toEqual(['ap-southeast-2', 'eu-central-1', 'sa-east-1'].filter((id) => id !== edgeId));
    }
  });

  it('has an epoch above whatever an edge holds, also after Redis forgot', async () => {
    const australia = edges.get('ap-southeast-2');
    if (australia === undefined) throw new Error('no edge');
    australia.highestEpoch = 1_000;
    australia.heartbeat();
    const meetingId = await newMeeting(one.httpAddress);
    await expect
      .poll(async () => {
        await joined(mesh, one, await newMeeting(one.httpAddress), 'Probe', { location: sydney });
        return australia.highestEpoch;
      })
      .toBeGreaterThan(1_000);
    await joined(mesh, one, meetingId, 'Ada', { location: sydney });
    expect(australia.routes.get(meetingId)?.epoch).toBeGreaterThan(1_000);
  });
});

describe('the lease', () => {
  let redis: Redis;
  let store: RedisPlanStore;

  beforeAll(async () => {
    redis = connectRedis({ url: mesh.config.redisUrl, commandTimeoutMs: 2_000 }, silentLogger);
    await redis.connect();
    store = new RedisPlanStore(redis, mesh.config.namespace);
  });

  afterAll(() => redis.disconnect());

  const planOf = (meetingId: string, epoch: number): MeetingPlan => ({
    meetingId,
    epoch,
    cascades: new Map(),
    unreached: [],
    backup: 'cold',
  });

  it('is held by one at a time', async () => {
    const meetingId = randomUUID();
    expect(await store.acquire(meetingId, 'a', 10_000)).toBe(true);
    expect(await store.acquire(meetingId, 'b', 10_000)).toBe(false);
    await store.release(meetingId, 'b');
    expect(await store.acquire(meetingId, 'b', 10_000)).toBe(false);
    await store.release(meetingId, 'a');
    expect(await store.acquire(meetingId, 'b', 10_000)).toBe(true);
  });

  it('leads to plans that are read again only when they are others', async () => {
    const meetingId = randomUUID();
    const { namespace, timing } = mesh.config;
    const state = new RedisMeetingStore(redis, { namespace, ...timing });
    const planNow = async () => (await state.usage(meetingId)).plan;
    const { plan, state: stateKey } = meetingKeys(namespace, meetingId);
    await store.acquire(meetingId, 'a', 10_000);
    expect(await planNow()).toBeUndefined();
    await store.store(planOf(meetingId, 1), 'a');
    const first = await planNow();
    expect(first?.epoch).toBe(1);
    expect(await planNow()).toBe(first);
    await store.store(planOf(meetingId, 2), 'a');
    expect((await planNow())?.epoch).toBe(2);
    await redis.del(plan);
    expect(await planNow()).toBeUndefined();
    // The memory was lost, and the database knew of no epoch either.
    await redis.hset(stateKey, 'generation', 'another');
    await store.store({ ...planOf(meetingId, 2), backup: 'warm' }, 'a');
    expect((await planNow())?.backup).toBe('warm');
  });

  it('keeps the plan of a holder that slept past it from being applied, even with the higher epoch', async () => {
    const meetingId = randomUUID();
    await store.acquire(meetingId, 'sleeper', 20);
    await expect.poll(() => store.acquire(meetingId, 'next', 10_000)).toBe(true);
    expect(await store.store(planOf(meetingId, 2), 'next')).toBe(true);
    expect(await store.store(planOf(meetingId, 3), 'sleeper')).toBe(false);
    expect(await store.renew(meetingId, 'sleeper', 10_000)).toBe(false);
    expect((await store.load(meetingId))?.epoch).toBe(2);
  });

  it('does not let a lower epoch over a higher one', async () => {
    const meetingId = randomUUID();
    await store.acquire(meetingId, 'a', 10_000);
    expect(await store.store(planOf(meetingId, 5), 'a')).toBe(true);
    expect(await store.store(planOf(meetingId, 5), 'a')).toBe(false);
    expect(await store.store(planOf(meetingId, 4), 'a')).toBe(false);
    expect((await store.load(meetingId))?.epoch).toBe(5);
  });
});
