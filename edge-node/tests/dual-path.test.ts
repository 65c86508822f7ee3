import { BackupPolicy, type RouteTable } from '@canopy/proto/routing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  BusListener,
  FakePublisher,
  FakeViewer,
  type InProcessEdge,
  routeTable,
  startInProcessEdge,
} from '../src/testing/index.ts';

const natsUrl = process.env.NATS_URL ?? '';
const patience = { timeout: 5_000, interval: 20 };
let origin: InProcessEdge;
let spare: InProcessEdge;
let leaf: InProcessEdge;
let below: InProcessEdge;
let bus: BusListener;

beforeAll(async () => {
  [origin, spare, leaf, below, bus] = await Promise.all([
    startInProcessEdge('origin', natsUrl),
    startInProcessEdge('spare', natsUrl),
    startInProcessEdge('leaf', natsUrl),
    startInProcessEdge('below', natsUrl),
    BusListener.start(natsUrl),
  ]);
});

afterAll(async () => {
  for (const started of [below, leaf, spare, origin, bus]) await started[Symbol.asyncDispose]();
});

/** The table of an edge with two ways to the origin. */
function twoWays(
  meetingId: string,
  epoch: number,
  edge: InProcessEdge,
  main: InProcessEdge,
  backup: InProcessEdge,
  policy: BackupPolicy = BackupPolicy.WARM,
): RouteTable {
  const table = routeTable(meetingId, epoch, edge, origin.id, main);
  const backupParent = { edgeId: backup.id, linkAddress: backup.context.grpcAddress };
  return { ...table, backup: policy, routes: table.routes.map((route) => ({ ...route, backupParent })) };
}

/** origin → main and spare → leaf. The main relay is made for the test, to be lost in it. */
async function diamond(meetingId: string, policy?: BackupPolicy): Promise<InProcessEdge> {
  const main = await startInProcessEdge(`main-${meetingId}`, natsUrl);
  main.authority.give(routeTable(meetingId, 1, main, origin.id, origin));
  spare.authority.give(routeTable(meetingId, 1, spare, origin.id, origin));
  leaf.authority.give(twoWays(meetingId, 1, leaf, main, spare, policy));
  return main;
}

function publish(meetingId: string, layers = 3): Promise<FakePublisher> {
  return FakePublisher.start({ client: origin.client, meetingId, participantId: 'p', trackId: 'track', layers });
}

function view(meetingId: string, edge = leaf, participantId = 'v'): Promise<FakeViewer> {
  return FakeViewer.start({ client: edge.client, meetingId, participantId });
}

const factsOf = (meetingId: string) =>
  bus.facts.flatMap(({ edgeId, linkLost, trackClosed }) => {
    const fact = linkLost ?? trackClosed;
    return fact?.meetingId === meetingId ? [{ edgeId, linkLost, trackClosed }] : [];
  });

async function pathTo(edge: InProcessEdge, meetingId: string): Promise<string[]> {
  return (await edge.client.tracePath({ meetingId, trackId: 'track' })).edgeIds;
}

/** Packets until every hop has surely passed on its sender reports, without which no consumer changes layers. */
const settled = 120;

test.each([3, 1])('a video of %i layers goes on over the backup when its relay is killed', async (layers) => {
  const meetingId = `killed-${layers}`;
  const main = await diamond(meetingId);
  await using _publisher = await publish(meetingId, layers);
  await using viewer = await view(meetingId);
  const { added } = await viewer.watch(origin.id, ['track']);
  await viewer.receives(added[0], settled);
  expect(await pathTo(leaf, meetingId)).toEqual([origin.id, main.id, leaf.id]);

  await main[Symbol.asyncDispose]();
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, spare.id, leaf.id]);
  await viewer.receives(added[0], 40);
  const lost = { meetingId, parentEdgeId: main.id, switchedToBackup: true, mediaFlows: false };
  await expect.poll(() => factsOf(meetingId), patience).toEqual([{ edgeId: leaf.id, linkLost: lost }]);
  expect((await viewer.watch(origin.id, ['track'])).removedConsumerIds).toEqual([]);
});

test('a relay that is killed right after a viewer came costs a while, not the viewer', async () => {
  const meetingId = 'early';
  const main = await diamond(meetingId);
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId);
  const { added } = await viewer.watch(origin.id, ['track']);
  await viewer.receives(added[0], 1);
  await main[Symbol.asyncDispose]();
  await viewer.receives(added[0], 60);
});
