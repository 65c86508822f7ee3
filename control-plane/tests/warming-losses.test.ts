import { randomUUID } from 'node:crypto';
import { EdgeLifecycle } from '@canopy/proto/bus';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { meetingKeys } from '../src/adapters/redis/keys.ts';
import { RedisWarmEdges } from '../src/adapters/redis/warm-edges.ts';
import type { ControlPlane } from '../src/context.ts';
import { call, newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { camera, frankfurt } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined, published } from '../src/testing/people.ts';

const audience = { 'sa-east-1': 10 };

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
let first: FakeEdge;
let second: FakeEdge;
/** In this region edges are alone. */
let lonely: FakeEdge;

beforeAll(async () => {
  mesh = await TestMesh.create();
  await mesh.edge('europe', 'eu-central-1');
  first = await mesh.edge('brazil-1', 'sa-east-1');
  second = await mesh.edge('brazil-2', 'sa-east-1');
  lonely = await mesh.edge('australia', 'ap-southeast-2');
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
});

beforeEach(async () => {
  await mesh.untilHeard([one, two], ['europe', first.id, second.id, lonely.id]);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

async function warmed(meetingId: string, expected: object = audience): Promise<unknown> {
  return (await call(one.httpAddress, 'POST', `/v1/meetings/${meetingId}/warm`, { audience: expected })).body;
}

/** A webinar with a camera on the stage. */
async function webinar(): Promise<{ meetingId: string; trackId: string }> {
  const meetingId = await newMeeting(one.httpAddress, { mode: 'webinar' });
  const ada = await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
  return { meetingId, trackId: await published(ada, camera) };
}

function held(edge: FakeEdge, meetingId: string) {
  return edge.warm.get(meetingId)?.targets.map(({ want }) => want?.trackId);
}

async function comesBack(edge: FakeEdge): Promise<void> {
  edge.state = EdgeLifecycle.READY;
  await edge.serve();
  edge.reboot();
  edge.beat();
  await mesh.untilHeard([one, two], [edge.id]);
}

describe('an edge that was prepared for an announced audience', () => {
  it('is replaced when it dies, by an edge that stays when the lost one comes back', async () => {
    const { meetingId, trackId } = await webinar();
    expect(await warmed(meetingId)).toMatchObject({ edges: [first.id], short: {} });
    expect([held(first, meetingId), held(second, meetingId)]).toEqual([[trackId], undefined]);
    first.kill();
    await expect.poll(() => held(second, meetingId)).toEqual([trackId]);
    expect(second.warm.get(meetingId)?.routes?.routes.map(({ originEdgeId }) => originEdgeId)).toEqual(['europe']);
    await comesBack(first);
    expect(await warmed(meetingId)).toMatchObject({ edges: [second.id], short: {} });
  });

  it('is replaced when it is emptied, for a meeting that nobody is in yet as well', async () => {
    const meetingId = await newMeeting(one.httpAddress, { mode: 'webinar' });
    expect(await warmed(meetingId)).toMatchObject({ edges: [first.id] });
    first.state = EdgeLifecycle.DRAINING;
    first.heartbeat();
    await expect.poll(() => second.warm.has(meetingId)).toBe(true);
    const ada = await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
    const trackId = await published(ada, camera);
    await expect.poll(() => held(second, meetingId)).toEqual([trackId]);
    first.state = EdgeLifecycle.READY;
  });

  it('is replaced by another replica when the one that prepared it is gone', async () => {
    const passing = await mesh.replica();
    await mesh.untilHeard([passing], [first.id, second.id]);
    const { meetingId, trackId } = await webinar();
    await call(passing.httpAddress, 'POST', `/v1/meetings/${meetingId}/warm`, { audience });
    expect(held(first, meetingId)).toEqual([trackId]);
    await passing[Symbol.asyncDispose]();
    first.kill();
    await expect.poll(() => held(second, meetingId)).toEqual([trackId]);
    await comesBack(first);
  });

  it('stays where there is no other, and is prepared again when it is back', async () => {
    const { meetingId, trackId } = await webinar();
    await warmed(meetingId, { 'ap-southeast-2': 10 });
    expect(held(lonely, meetingId)).toEqual([trackId]);
    lonely.kill();
    const state = async () => {
      const { edges } = (await call(one.httpAddress, 'GET', '/v1/mesh')).body as {
        edges: { id: string; state: string }[];
      };
      return edges.find(({ id }) => id === lonely.id)?.state;
    };
    await expect.poll(state).toBe('dead');
    expect(await warmed(meetingId, { 'ap-southeast-2': 10 })).toMatchObject({
      edges: [],
      short: { 'ap-southeast-2': 10 },
    });
    lonely.warm.clear();
    await comesBack(lonely);
    await expect.poll(() => held(lonely, meetingId)).toEqual([trackId]);
  });
});

describe('an audience for which there was no edge', () => {
  it('is prepared for as soon as one comes', async () => {
    const { meetingId, trackId } = await webinar();
    expect(await warmed(meetingId, { 'af-south-1': 10 })).toMatchObject({ edges: [], short: { 'af-south-1': 10 } });
    const late = await mesh.edge('africa', 'af-south-1');
    await expect.poll(() => held(late, meetingId)).toEqual([trackId]);
  });
});

describe('what is kept of it in Redis', () => {
  const warmth = { audience: { eu: 50 }, seats: { eu: { a: 50 } } };
  const other = { audience: { eu: 50 }, seats: { eu: { b: 50 } } };
  const setUp = () => {
    const meetingId = randomUUID();
    const { namespace } = mesh.config;
    const redis = mesh.redis();
    const { warm: edgesKey, warmth: key } = meetingKeys(namespace, meetingId);
    return { meetingId, redis, warm: new RedisWarmEdges(redis, namespace), edgesKey, key };
  };

  it('is replaced only if it is still what was looked at, and is kept no longer for it', async () => {
    const { meetingId, redis, warm, edgesKey, key } = setUp();
    await warm.keepWarm(meetingId, warmth, 60_000);
    const known = await warm.find(meetingId);
    expect(known).toEqual(warmth);
    expect(await warm.replace(meetingId, warmth, other)).toBe(true);
    expect(await warm.replace(meetingId, warmth, { ...warmth, seats: {} })).toBe(false);
    expect(await warm.find(meetingId)).toEqual(other);
    expect(await redis.smembers(edgesKey)).toEqual(['b']);
    for (const each of [edgesKey, key]) expect(await redis.pttl(each)).toBeLessThanOrEqual(60_000);
    for (const each of [edgesKey, key]) expect(await redis.pttl(each)).toBeGreaterThan(0);
    await warm.keepWarm(meetingId, { audience: {}, seats: {} }, 60_000);
    expect(await warm.find(meetingId)).toBeUndefined();
    expect(await redis.exists(edgesKey, key)).toBe(0);
  });

  it('is not replaced where a replica of the version before prepared other edges since', async () => {
    const { meetingId, redis, warm, edgesKey } = setUp();
    await warm.keepWarm(meetingId, warmth, 60_000);
    await redis.multi().del(edgesKey).sadd(edgesKey, 'c').pexpire(edgesKey, 60_000).exec();
    expect(await warm.replace(meetingId, warmth, other)).toBe(false);
    expect(await redis.smembers(edgesKey)).toEqual(['c']);
  });

  it('goes with the meeting', async () => {
    const { meetingId } = await webinar();
    await warmed(meetingId);
    const { namespace } = mesh.config;
    const warm = new RedisWarmEdges(mesh.redis(), namespace);
    expect(await warm.find(meetingId)).toMatchObject({ audience });
    await call(one.httpAddress, 'POST', `/v1/meetings/${meetingId}/end`);
    await expect.poll(() => warm.find(meetingId)).toBeUndefined();
    expect(await warm.warmMeetings()).not.toContain(meetingId);
  });
});
