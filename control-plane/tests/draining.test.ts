import { EdgeLifecycle } from '@canopy/proto/bus';
import type { Migrate } from '@canopy/proto/signal';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RedisDrainStore } from '../src/adapters/redis/drain-store.ts';
import type { ControlPlane } from '../src/context.ts';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { camera, frankfurt, sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined, type Person, published } from '../src/testing/people.ts';

const singapore = { latitude: 1.35, longitude: 103.82 };

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
const edges = new Map<string, FakeEdge>();

beforeAll(async () => {
  mesh = await TestMesh.create();
  for (const region of ['eu-central-1', 'ap-southeast-1', 'ap-southeast-2']) {
    edges.set(region, await mesh.edge(region, region));
  }
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
});

beforeEach(() => mesh.untilHeard([one, two], [...edges.keys()]));

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

function edge(id: string): FakeEdge {
  const found = edges.get(id);
  if (found === undefined) throw new Error(`no edge ${id}`);
  return found;
}

async function follows({ client }: Person): Promise<Migrate> {
  const migrate = await client.until((message) => message.migrate);
  expect((await client.ask({ migrated: { edgeId: migrate.edge?.id } })).done).toEqual({});
  return migrate;
}

const drain = (id: string, replica = one) => call(replica.httpAddress, 'POST', `/v1/edges/${id}/drain`);
const undrain = (id: string) => call(one.httpAddress, 'POST', `/v1/edges/${id}/undrain`);
const progress = async (id: string, replica = one) => (await call(replica.httpAddress, 'GET', `/v1/edges/${id}`)).body;

function parentOf(edgeId: string, meetingId: string, originId: string): string | undefined {
  const table = edge(edgeId).routes.get(meetingId);
  return table?.routes.find(({ originEdgeId }) => originEdgeId === originId)?.parent?.edgeId;
}

describe('what is kept of a drain', () => {
  it('is that it was ordered, whoever notes at the same time that the edge drains by itself', async () => {
    const drains = new RedisDrainStore(mesh.redis(), `${mesh.config.namespace}-drains`);
    const order = { edgeId: 'ordered', ordered: true, startedAt: 1, movedSessions: 0 };
    const note = { ...order, ordered: false, startedAt: 2 };
    const [noted, both] = [
      { ...note, edgeId: 'noted' },
      { ...order, edgeId: 'noted', startedAt: 3 },
    ];
    await Promise.all([drains.begin(order), drains.begin(note), drains.begin(noted), drains.begin(both)]);
    const kept = async () => (await drains.list()).toSorted((a, b) => (a.edgeId < b.edgeId ? 1 : -1));
    expect(await kept()).toEqual([order, { ...both, startedAt: noted.startedAt }]);
    // The edge drains no more by itself, as a replica saw it before the order.
    await drains.endOwn('ordered');
    expect(await kept()).toHaveLength(2);
    await drains.end('ordered');
    await drains.begin(note);
    await drains.endOwn('ordered');
    expect((await kept()).map(({ edgeId }) => edgeId)).toEqual(['noted']);
    await drains.end('noted');
  });
});

describe('draining an edge', () => {
  it('goes on when somebody says that they have moved to another one, which came late', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const { client, participantId } = await joined(mesh, one, meetingId, 'Ada', { location: sydney });
    const sydneys = edge('ap-southeast-2');
    expect((await drain(sydneys.id)).status).toBe(200);
    const { edge: target } = await client.until((message) => message.migrate);
    expect((await client.ask({ migrated: { edgeId: sydneys.id } })).done).toEqual({});
    // This asks the edge over the channel over which the session would have been closed before.
    expect((await drain(sydneys.id)).status).toBe(200);
    expect(sydneys.session(meetingId, participantId)).toBeDefined();
    expect((await client.ask({ migrated: { edgeId: target?.id } })).done).toEqual({});
    await expect.poll(() => sydneys.session(meetingId, participantId)).toBeUndefined();
    await undrain(sydneys.id);
  });

  it('moves its participants, whichever replica they are on, and shows how far it is', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const people = await Promise.all(
      [one, two, two].map((replica, index) => joined(mesh, replica, meetingId, `P${index}`, { location: sydney })),
    );
    const [first] = people;
    if (first === undefined) throw new Error('nobody');
    const track = await published(first, camera);
    expect((await drain('ap-southeast-2')).body).toMatchObject({ id: 'ap-southeast-2', state: 'draining' });
    const moves = await Promise.all(people.map((person) => person.client.until(({ migrate }) => migrate)));
    expect(moves.map(({ edge: to, reason }) => [to?.id, reason])).toEqual(
      Array(3).fill(['ap-southeast-1', 'MIGRATE_REASON_EDGE_DRAINING']),
    );
    expect(edge('ap-southeast-2').session(meetingId, first.participantId)?.tracks.has(track)).toBe(true);
    await published(first, { ...camera, trackId: track });
    await Promise.all(people.map(follows));
    await expect
      .poll(() => progress('ap-southeast-2', two))
      .toMatchObject({
        state: 'drained',
        sessions: 0,
        movedSessions: 3,
        startedAt: expect.any(String),
      });
    expect(edge('ap-southeast-1').session(meetingId, first.participantId)?.tracks.has(track)).toBe(true);
    await undrain('ap-southeast-2');
    await expect
      .poll(() => progress('ap-southeast-2'))
      .toMatchObject({ state: 'ready', movedSessions: 0, startedAt: null });
  });

  it('leads plans around it while its own participants are still served', async () => {
    const via = { 'ap-southeast-1': 'ap-southeast-2' };
    const meetingId = await newMeeting(one.httpAddress, { settings: { routing: { via } } });
    await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
    const sam = await joined(mesh, one, meetingId, 'Sam', { location: singapore });
    const ben = await joined(mesh, one, meetingId, 'Ben', { location: sydney, role: 'attendee' });
    await expect.poll(() => parentOf('ap-southeast-1', meetingId, 'eu-central-1')).toBe('ap-southeast-2');
    await drain('ap-southeast-2');
    await expect.poll(() => parentOf('ap-southeast-1', meetingId, 'eu-central-1')).not.toBe('ap-southeast-2');
    expect(sam.client.received.some(({ migrate }) => migrate !== undefined)).toBe(false);
    await follows(ben);
    await undrain('ap-southeast-2');
  });

  it('goes on after the edge started anew, until it is taken back', async () => {
    await drain('ap-southeast-2');
    edge('ap-southeast-2').state = EdgeLifecycle.READY;
    edge('ap-southeast-2').reboot();
    await expect.poll(() => edge('ap-southeast-2').state).toBe(EdgeLifecycle.DRAINING);
    await undrain('ap-southeast-2');
    // A replica that just told it once more takes that back.
    await expect.poll(() => edge('ap-southeast-2').state).toBe(EdgeLifecycle.READY);
  });

  it('is gone on with by another replica when the first one dies', async () => {
    const meetingId = await newMeeting(two.httpAddress);
    const third = await mesh.replica();
    await mesh.untilHeard([third], [...edges.keys()]);
    const ben = await joined(mesh, two, meetingId, 'Ben', { location: sydney });
    await drain('ap-southeast-2', third);
    await third[Symbol.asyncDispose]();
    await follows(ben);
    await undrain('ap-southeast-2');
  });
});

describe('who can’t go anywhere else', () => {
  it('does not hold up others', async () => {
    const bound = await newMeeting(one.httpAddress, { settings: { allowedRegions: ['ap-southeast-2'] } });
    const free = await newMeeting(one.httpAddress);
    // More than are moved in a second, and first in line.
    const stuck = Array.from({ length: 21 }, (_, index) =>
      joined(mesh, one, bound, `Stuck ${index}`, { location: sydney, role: 'attendee' }),
    );
    await Promise.all(stuck);
    const ben = await joined(mesh, one, free, 'Ben', { location: sydney });
    await drain('ap-southeast-2');
    expect((await follows(ben)).edge?.id).toBe('ap-southeast-1');
    await undrain('ap-southeast-2');
    for (const id of [bound, free]) await call(one.httpAddress, 'POST', `/v1/meetings/${id}/end`);
  });
});

describe('an edge that drains by itself', () => {
  it('is emptied the same way, and is ready again when it says so', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ben = await joined(mesh, two, meetingId, 'Ben', { location: sydney });
    edge('ap-southeast-2').state = EdgeLifecycle.DRAINING;
    expect((await follows(ben)).edge?.id).toBe('ap-southeast-1');
    await expect.poll(() => progress('ap-southeast-2')).toMatchObject({ state: 'drained', movedSessions: 1 });
    edge('ap-southeast-2').state = EdgeLifecycle.READY;
    await expect.poll(() => progress('ap-southeast-2')).toMatchObject({ state: 'ready', startedAt: null });
  });
});

describe('who may drain', () => {
  it('is the operator, and only edges that are there', async () => {
    const unknown = await drain('nowhere');
    expect([unknown.status, codeOf(unknown)]).toEqual([404, 'EDGE_NOT_FOUND']);
    const anonymous = await call(one.httpAddress, 'POST', '/v1/edges/ap-southeast-2/drain', undefined, null);
    expect(anonymous.status).toBe(401);
  });
});

describe('an edge that is gone', () => {
  it('is not drained, nor when it is back', async () => {
    const gone = edge('ap-southeast-1');
    gone.kill();
    await expect.poll(async () => (await progress('ap-southeast-1')).state, { timeout: 10_000 }).toBe('dead');
    expect(codeOf(await drain('ap-southeast-1'))).toBe('EDGE_UNREACHABLE');
    await gone.serve();
    gone.beat();
    await expect
      .poll(() => progress('ap-southeast-1'), { timeout: 10_000 })
      .toMatchObject({ state: 'ready', startedAt: null });
  });
});
