import type { LinkTrack } from '@canopy/proto/edge_media';
import { TrackKind } from '@canopy/proto/media';
import { BackupPolicy } from '@canopy/proto/routing';
import { afterAll, beforeAll, test } from 'vitest';
import {
  EdgeGroup,
  FakePublisher,
  FakeViewer,
  giveChain,
  type InProcessEdge,
  routeTable,
  startInProcessEdge,
} from '../src/testing/index.ts';
import { metricOf } from './support/metrics.ts';

const natsUrl = process.env.NATS_URL ?? '';
/** A new link carries all layers for eight seconds; later, what nobody needs any more flows on for five, hop by hop. */
const patience = { timeout: 25_000, interval: 50 };
/** Heights of tiles that ask for the lowest, the middle and the highest layer. */
const [small, medium, large] = [180, 360, 720];
/** Bytes that only packets of the highest layer of a FakePublisher exceed. */
const highest = 1_000;
let group: EdgeGroup<'origin' | 'relay' | 'leaf'>;
let origin: InProcessEdge;
let relay: InProcessEdge;
let leaf: InProcessEdge;

beforeAll(async () => {
  group = await EdgeGroup.start(natsUrl, ['origin', 'relay', 'leaf']);
  ({ origin, relay, leaf } = group.edges);
});

afterAll(() => group[Symbol.asyncDispose]());

function publish(meetingId: string, layers = 3): Promise<FakePublisher> {
  return FakePublisher.start({ client: origin.client, meetingId, participantId: 'p', trackId: 'track', layers });
}

/** Somebody who watches the track in a tile of that height, once media has come. */
async function watcher(meetingId: string, edge: InProcessEdge, height: number) {
  const viewer = await FakeViewer.start({ client: edge.client, meetingId, participantId: `v${height}` });
  const enlarge = async (to: number) => {
    const { added, refused } = await viewer.watch(origin.id, ['track'], TrackKind.VIDEO, to);
    // Nothing would ever come.
    if (refused[0] !== undefined) throw new Error(`the track was refused: ${refused[0].code}`);
    return added[0];
  };
  const consumer = await enlarge(height);
  await viewer.receives(consumer, 10);
  return {
    enlarge,
    leave: () => viewer.leave(),
    receives: (count: number) => viewer.receives(consumer, count),
    /** Resolves with the next packet that is larger than that. */
    receivesMoreThan: (bytes: number) =>
      new Promise<void>((resolve) => viewer.onRtp((_, packet) => packet.length > bytes && resolve())),
    [Symbol.asyncDispose]: () => viewer[Symbol.asyncDispose](),
  };
}

async function linkTrack(edge: InProcessEdge, meetingId: string, parentId: string): Promise<LinkTrack | undefined> {
  const { links } = await edge.client.getState({ meetingId });
  return links.find(({ parentEdgeId }) => parentEdgeId === parentId)?.tracks[0];
}

/** Layers that the links to the relay and to the leaf carry. */
async function layers(meetingId: string): Promise<(number | undefined)[]> {
  const links = [linkTrack(relay, meetingId, origin.id), linkTrack(leaf, meetingId, relay.id)];
  return (await Promise.all(links)).map((track) => track?.layers);
}

/** bit/s of one layer of 250 bytes at 30 frames a second, and then some. */
const lowestBps = 90_000;

test.concurrent('links carry what somebody below needs, over two hops: a higher layer as soon as one asks, and no longer than that', async ({
  expect,
}) => {
  const meetingId = 'two-hops';
  giveChain(meetingId, [origin, relay, leaf]);
  await using _publisher = await publish(meetingId);
  await using first = await watcher(meetingId, leaf, small);
  expect(await linkTrack(leaf, meetingId, relay.id)).toMatchObject({ layers: 3, layersTotal: 3 });
  await expect.poll(() => layers(meetingId), patience).toEqual([1, 1]);
  const bitrate = async () => (await linkTrack(leaf, meetingId, relay.id))?.bitrateBps;
  await expect.poll(bitrate, patience).toBeLessThan(lowestBps);

  const second = await watcher(meetingId, leaf, large);
  await second.receivesMoreThan(highest);
  expect(await layers(meetingId)).toEqual([3, 3]);
  await second.leave();
  await expect.poll(bitrate, patience).toBeLessThan(lowestBps);
  await first.receives(10);
  await second[Symbol.asyncDispose]();
});

test.concurrent('a tile that grows is shown with the higher layer, though nobody had it before', async ({ expect }) => {
  const meetingId = 'growing';
  giveChain(meetingId, [origin, relay, leaf]);
  await using _publisher = await publish(meetingId);
  await using viewer = await watcher(meetingId, leaf, small);
  await expect.poll(() => layers(meetingId), patience).toEqual([1, 1]);
  const larger = viewer.receivesMoreThan(highest);
  await viewer.enlarge(large);
  await larger;
});

test.concurrent('a publisher is told which layers anybody needs, until no others come; a higher one that comes back is shown', async ({
  expect,
}) => {
  const meetingId = 'encoding';
  giveChain(meetingId, [origin, relay]);
  await using publisher = await publish(meetingId);
  const told = () =>
    group.bus.facts.flatMap(({ layersNeeded }) => (layersNeeded?.meetingId === meetingId ? layersNeeded : []));
  await using viewer = await watcher(meetingId, relay, small);
  const lowest = { meetingId, participantId: 'p', trackId: 'track', layers: 1 };
  await expect.poll(told, { ...patience, timeout: 40_000 }).toEqual([lowest, lowest]);
  publisher.encode(1);
  await viewer.receives(50);
  await viewer.enlarge(large);
  await expect.poll(() => told().at(-1)).toEqual({ ...lowest, layers: 3 });
  await viewer.receives(10);
  const larger = viewer.receivesMoreThan(highest);
  publisher.encode(3);
  await larger;
});

test.concurrent('each link carries what is needed below it', async ({ expect }) => {
  const meetingId = 'each';
  giveChain(meetingId, [origin, relay, leaf]);
  await using _publisher = await publish(meetingId);
  await using _onRelay = await watcher(meetingId, relay, medium);
  await using _onLeaf = await watcher(meetingId, leaf, small);
  await expect.poll(() => layers(meetingId), patience).toEqual([2, 1]);
});

test.concurrent('what comes as one stream is carried whole', async ({ expect }) => {
  const meetingId = 'whole';
  giveChain(meetingId, [origin, relay, leaf]);
  await using _publisher = await publish(meetingId, 1);
  await using _viewer = await watcher(meetingId, leaf, small);
  expect(await linkTrack(leaf, meetingId, relay.id)).toMatchObject({ layers: 1, layersTotal: 1 });
});

test.concurrent.for([
  { policy: BackupPolicy.WARM, ofBackup: 1 },
  { policy: BackupPolicy.COLD, ofBackup: 0 },
])(
  'a backup ($policy) carries no more than the way in use, and a higher layer comes over it, too',
  async (backup, { expect }) => {
    const meetingId = `backup-${backup.policy}`;
    const main = await startInProcessEdge(`main-${meetingId}`, natsUrl);
    for (const edge of [main, relay]) edge.authority.give(routeTable(meetingId, 1, edge, origin.id, origin));
    const table = routeTable(meetingId, 1, leaf, origin.id, main);
    const backupParent = { edgeId: relay.id, linkAddress: relay.context.grpcAddress };
    const routes = table.routes.map((route) => ({ ...route, backupParent }));
    leaf.authority.give({ ...table, backup: backup.policy, routes });
    await using _publisher = await publish(meetingId);
    await using viewer = await watcher(meetingId, leaf, small);
    const layersMetric = () => metricOf(leaf, `canopy_edge_link_layers{parent="${main.id}"}`);
    await expect.poll(layersMetric, patience).toBe(3);
    const ofBoth = async () =>
      (await Promise.all([main.id, relay.id].map((id) => linkTrack(leaf, meetingId, id)))).map(
        (track) => track?.layers,
      );
    await expect.poll(ofBoth, patience).toEqual([1, backup.ofBackup]);
    await expect.poll(layersMetric, patience).toBe(1);

    await main[Symbol.asyncDispose]();
    const larger = viewer.receivesMoreThan(highest);
    await viewer.enlarge(large);
    await larger;
    expect((await linkTrack(leaf, meetingId, relay.id))?.layers).toBe(3);
  },
);
