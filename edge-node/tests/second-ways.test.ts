import { TrackKind } from '@canopy/proto/media';
import { BackupPolicy } from '@canopy/proto/routing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  EdgeGroup,
  FakePublisher,
  FakeViewer,
  type InProcessEdge,
  routeTable,
  startInProcessEdge,
  twoWayTable,
} from '../src/testing/index.ts';

const natsUrl = process.env.NATS_URL ?? '';
const patience = { timeout: 20_000, interval: 20 };
/** A new link carries all layers for eight seconds, and what nobody needs any more for five. */
const layerPatience = { timeout: 25_000, interval: 50 };
/** Packets until every hop has surely passed on its sender reports, without which no consumer changes layers. */
const settled = 120;
let group: EdgeGroup<'origin' | 'other' | 'gateway' | 'standby' | 'leaf'>;
let origin: InProcessEdge;
let other: InProcessEdge;
let gateway: InProcessEdge;
let standby: InProcessEdge;
let leaf: InProcessEdge;

beforeAll(async () => {
  group = await EdgeGroup.start(natsUrl, ['origin', 'other', 'gateway', 'standby', 'leaf']);
  ({ origin, other, gateway, standby, leaf } = group.edges);
});

afterAll(() => group[Symbol.asyncDispose]());

interface Region {
  /** What the gateway gets its first copy from. */
  above: InProcessEdge;
  gateway: InProcessEdge;
}

/**
 * A region of three edges, as the planner makes it: the gateway has its copy from `above`; the standby and the leaf have theirs
 * from the gateway. The standby's second copy is from `other`, and is the second one of the other two as well.
 */
async function region(meetingId: string, policy?: BackupPolicy, at = gateway): Promise<Region> {
  const above = await startInProcessEdge(`above-${meetingId}`, natsUrl);
  const give = (edge: InProcessEdge, main: InProcessEdge, backup: InProcessEdge) => {
    const ways = { main, backup, chained: backup === standby, ...(policy && { policy }) };
    edge.authority.give(twoWayTable(meetingId, 1, edge, origin.id, ways));
  };
  for (const relay of [above, other]) relay.authority.give(routeTable(meetingId, 1, relay, origin.id, origin));
  give(at, above, standby);
  give(standby, at, other);
  give(leaf, at, standby);
  return { above, gateway: at };
}

function publish(meetingId: string, layers = 3): Promise<FakePublisher> {
  return FakePublisher.start({ client: origin.client, meetingId, participantId: 'p', trackId: 'track', layers });
}

function view(meetingId: string, edge: InProcessEdge, participantId = 'v'): Promise<FakeViewer> {
  return FakeViewer.start({ client: edge.client, meetingId, participantId });
}

/** Parents from which an edge has the track. */
async function parentsOf(edge: InProcessEdge, meetingId: string): Promise<string[]> {
  const { links } = await edge.client.getState({ meetingId });
  return links.filter(({ tracks }) => tracks.length > 0).map(({ parentEdgeId }) => parentEdgeId);
}

async function pathTo(edge: InProcessEdge, meetingId: string): Promise<string[]> {
  return (await edge.client.tracePath({ meetingId, trackId: 'track' })).edgeIds;
}

/** Has somebody watch who comes when the track is there both ways. */
async function watch(meetingId: string, viewer: FakeViewer, edge: InProcessEdge) {
  await using first = await view(meetingId, edge, 'first');
  await first.watch(origin.id, ['track']);
  await expect.poll(() => parentsOf(edge, meetingId), patience).toHaveLength(2);
  const { added } = await viewer.watch(origin.id, ['track']);
  await first.leave();
  return added[0];
}

async function isKept(viewer: FakeViewer): Promise<void> {
  expect((await viewer.watch(origin.id, ['track'])).removedConsumerIds).toEqual([]);
}

test.each(['above', 'gateway'] as const)('a region goes on over its standby when %s is killed', async (lost) => {
  const meetingId = `killed-${lost}`;
  const ownGateway = await startInProcessEdge(`gateway-${meetingId}`, natsUrl);
  const edges = await region(meetingId, BackupPolicy.WARM, ownGateway);
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId, leaf);
  const track = await watch(meetingId, viewer, leaf);
  await viewer.receives(track, settled);
  await expect
    .poll(() => pathTo(leaf, meetingId), patience)
    .toEqual([origin.id, edges.above.id, ownGateway.id, leaf.id]);

  await edges[lost][Symbol.asyncDispose]();
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, other.id, standby.id, leaf.id]);
  await viewer.receives(track, 40);
  await isKept(viewer);
  await edges[lost === 'above' ? 'gateway' : 'above'][Symbol.asyncDispose]();
});

test('a standby that nobody watches on has no copy but the second one', async () => {
  const meetingId = 'standby-only';
  const { above } = await region(meetingId);
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId, leaf);
  await watch(meetingId, viewer, leaf);
  expect(await parentsOf(leaf, meetingId)).toEqual([gateway.id, standby.id]);
  await expect.poll(() => parentsOf(standby, meetingId), patience).toEqual([other.id]);

  await using late = await view(meetingId, standby, 'late');
  const { added } = await late.watch(origin.id, ['track']);
  await late.receives(added[0], settled);
  await expect.poll(() => pathTo(standby, meetingId), patience).toEqual([origin.id, above.id, gateway.id, standby.id]);
  await late.leave();
  await expect.poll(() => parentsOf(standby, meetingId), patience).toEqual([other.id]);
  await viewer.leave();
  for (const { context } of [leaf, standby, gateway, other, above])
    await expect.poll(() => context.edge.meetings.get(meetingId), patience).toBeUndefined();
  await above[Symbol.asyncDispose]();
});

test('a cold chain is held back at every step, and flows when it is needed', async () => {
  const meetingId = 'cold-chain';
  const { above } = await region(meetingId, BackupPolicy.COLD);
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId, leaf);
  const track = await watch(meetingId, viewer, leaf);
  await viewer.receives(track, settled);
  for (const [edge, parentId] of [
    [leaf, standby.id],
    [standby, other.id],
  ] as const) {
    const pulled = edge.context.edge.meetings.get(meetingId)?.tracks.pulled() ?? [];
    const spare = pulled.find((one) => one.parentId === parentId)?.feed;
    await expect.poll(() => spare?.heldBack, patience).toBe(true);
  }
  await above[Symbol.asyncDispose]();
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, other.id, standby.id, leaf.id]);
  await viewer.receives(track, 40);
});

test('who is chained to a second way that is lost goes on over the first, and has a second one again when there is one', async () => {
  const meetingId = 'chain-lost';
  const { above } = await region(meetingId);
  const second = await startInProcessEdge('second-source', natsUrl);
  second.authority.give(routeTable(meetingId, 1, second, origin.id, origin));
  standby.authority.give(twoWayTable(meetingId, 1, standby, origin.id, { main: gateway, backup: second }));
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId, leaf);
  const track = await watch(meetingId, viewer, leaf);
  await viewer.receives(track, settled);
  await second[Symbol.asyncDispose]();
  await expect.poll(() => parentsOf(leaf, meetingId), patience).toEqual([gateway.id]);
  const table = twoWayTable(meetingId, 2, standby, origin.id, { main: gateway, backup: other });
  await standby.client.setRoutes({ table });
  await expect.poll(() => parentsOf(leaf, meetingId), patience).toEqual([gateway.id, standby.id]);
  await viewer.receives(track, 40);
  await isKept(viewer);
  await above[Symbol.asyncDispose]();
});

test('a child whose chain becomes its first way keeps its viewers', async () => {
  const meetingId = 'chain-first';
  const ownGateway = await startInProcessEdge(`gateway-${meetingId}`, natsUrl);
  const { above } = await region(meetingId, BackupPolicy.WARM, ownGateway);
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId, leaf);
  const track = await watch(meetingId, viewer, leaf);
  await viewer.receives(track, settled);
  await ownGateway[Symbol.asyncDispose]();
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, other.id, standby.id, leaf.id]);
  // As the planner repairs it: the standby is the gateway now.
  await standby.client.setRoutes({ table: routeTable(meetingId, 2, standby, origin.id, other) });
  await leaf.client.setRoutes({ table: routeTable(meetingId, 2, leaf, origin.id, standby) });
  await viewer.receives(track, settled);
  expect(await parentsOf(leaf, meetingId)).toEqual([standby.id]);
  await isKept(viewer);
  await above[Symbol.asyncDispose]();
});

/** Two edges, each the second way of the other. */
function eachOther(meetingId: string, policy: BackupPolicy = BackupPolicy.WARM): void {
  gateway.authority.give(twoWayTable(meetingId, 1, gateway, origin.id, { main: origin, backup: leaf, policy }));
  leaf.authority.give(twoWayTable(meetingId, 1, leaf, origin.id, { main: origin, backup: gateway, policy }));
}

test.each([BackupPolicy.WARM, BackupPolicy.COLD])(
  'edges that are each other’s second way let a track go when nobody watches it (%s)',
  async (policy) => {
    const meetingId = `each-other-${policy}`;
    eachOther(meetingId, policy);
    await using _publisher = await publish(meetingId);
    await using here = await view(meetingId, leaf, 'here');
    await using there = await view(meetingId, gateway, 'there');
    for (const viewer of [here, there]) {
      const { added } = await viewer.watch(origin.id, ['track']);
      await viewer.receives(added[0], 10);
    }
    await expect.poll(() => parentsOf(leaf, meetingId), patience).toEqual([origin.id, gateway.id]);
    await there.leave();
    await expect.poll(() => parentsOf(gateway, meetingId), patience).toEqual([origin.id]);
    await here.leave();
    for (const { context } of [leaf, gateway])
      await expect.poll(() => context.edge.meetings.get(meetingId), patience).toBeUndefined();
  },
);

test('edges that are each other’s second way ask for no layer that nobody needs', async () => {
  const meetingId = 'each-other-layers';
  eachOther(meetingId);
  await using _publisher = await publish(meetingId);
  await using here = await view(meetingId, leaf, 'here');
  await using there = await view(meetingId, gateway, 'there');
  const heights = (height: number) =>
    Promise.all([here, there].map((viewer) => viewer.watch(origin.id, ['track'], TrackKind.VIDEO, height)));
  const layersOf = (edge: InProcessEdge) =>
    edge.context.edge.meetings
      .get(meetingId)
      ?.tracks.pulled()
      .map(({ feed }) => feed.layers);
  await heights(720);
  await expect.poll(() => parentsOf(leaf, meetingId), patience).toHaveLength(2);
  await heights(180);
  for (const edge of [leaf, gateway]) await expect.poll(() => layersOf(edge), layerPatience).toEqual([1, 1]);
});
