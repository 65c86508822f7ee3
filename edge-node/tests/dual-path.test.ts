import { BackupPolicy } from '@canopy/proto/routing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakePublisher, type InProcessEdge, MediaWatch, routeTable, twoWayTable } from '../src/testing/index.ts';
import { Diamond, pathTo, patience, settled } from './support/diamond.ts';

const natsUrl = process.env.NATS_URL ?? '';
const media = new MediaWatch();
let diamond: Diamond;
let origin: InProcessEdge;
let spare: InProcessEdge;
let leaf: InProcessEdge;

beforeAll(async () => {
  diamond = await Diamond.start(natsUrl);
  ({ origin, spare, leaf } = diamond);
});

afterAll(() => diamond[Symbol.asyncDispose]());

test.each([3, 1])('a video of %i layers goes on over the backup when its relay is killed', async (layers) => {
  const meetingId = `killed-${layers}`;
  const main = await diamond.open(meetingId);
  await using _publisher = await diamond.publish(meetingId, layers);
  await using viewer = await diamond.view(meetingId);
  const [track] = await diamond.watchBothWays(meetingId, viewer);
  await viewer.receives(track, settled);
  // A busy machine pauses, and the way is left for ten seconds.
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, main.id, leaf.id]);

  await main[Symbol.asyncDispose]();
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, spare.id, leaf.id]);
  await viewer.receives(track, 40);
  const lost = { meetingId, parentEdgeId: main.id, switchedToBackup: true, mediaFlows: false };
  // Then it tries the relay again, as long as no plan says otherwise, and says so.
  await expect.poll(() => diamond.factsOf(meetingId)[0], patience).toEqual({ edgeId: leaf.id, linkLost: lost });
  expect((await viewer.watch(origin.id, ['track'])).removedConsumerIds).toEqual([]);
});

test('a relay that is killed right after a viewer came costs a while, not the viewer', async () => {
  const meetingId = 'early';
  const main = await diamond.open(meetingId);
  await using _publisher = await diamond.publish(meetingId);
  await using viewer = await diamond.view(meetingId);
  const [track] = await diamond.watchBothWays(meetingId, viewer);
  await viewer.receives(track, 1);
  await main[Symbol.asyncDispose]();
  await viewer.receives(track, 60);
});

test('both ways carry one copy, and both are released after the last viewer has left', async () => {
  const meetingId = 'released';
  await using main = await diamond.open(meetingId);
  await using _publisher = await diamond.publish(meetingId);
  const viewers = await Promise.all(['a', 'b', 'c'].map((id) => diamond.view(meetingId, leaf, id)));
  await Promise.all(viewers.map((viewer) => viewer.watch(origin.id, ['track'])));
  const links = async () => (await leaf.client.getState({ meetingId })).links;
  await expect.poll(links, patience).toMatchObject([
    { parentEdgeId: main.id, tracks: [{ trackId: 'track' }] },
    { parentEdgeId: spare.id, tracks: [{ trackId: 'track' }] },
  ]);
  await Promise.all(viewers.map((viewer) => viewer.leave()));
  for (const edge of [leaf, main, spare]) {
    await expect.poll(() => edge.context.edge.meetings.get(meetingId), patience).toBeUndefined();
  }
  for (const viewer of viewers) await viewer[Symbol.asyncDispose]();
});

test('a cold backup flows until viewers can change to it, and is then held back until it is needed', async () => {
  const meetingId = 'cold';
  const main = await diamond.open(meetingId, BackupPolicy.COLD);
  await using _publisher = await diamond.publish(meetingId);
  await using viewer = await diamond.view(meetingId);
  const [track] = await diamond.watchBothWays(meetingId, viewer);
  const backup = leaf.context.edge.meetings.get(meetingId)?.tracks.pulled()[1];
  expect(backup).toMatchObject({ parentId: spare.id, backup: true });
  await expect.poll(() => backup?.feed.heldBack, patience).toBe(false);
  await viewer.receives(track, settled);
  await expect.poll(() => backup?.feed.heldBack, patience).toBe(true);
  await expect.poll(() => backup?.feed.producer.bitrateBps(), patience).toBe(0);
  await main[Symbol.asyncDispose]();
  await viewer.receives(track, 40);
  expect(await pathTo(leaf, meetingId)).toEqual([origin.id, spare.id, leaf.id]);
});

test('a relay whose worker falls silent is left for the backup, while its signaling goes on', async () => {
  const meetingId = 'silent';
  await using main = await diamond.open(meetingId);
  await using _publisher = await diamond.publish(meetingId);
  await using viewer = await diamond.view(meetingId);
  const [track] = await diamond.watchBothWays(meetingId, viewer);
  await viewer.receives(track, settled);
  process.kill(main.context.workers.pids.get(0) ?? 0, 'SIGSTOP');
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, spare.id, leaf.id]);
  await viewer.receives(track, 40);
  const lost = { meetingId, parentEdgeId: main.id, switchedToBackup: true, mediaFlows: false };
  const ofLeaf = () => diamond.factsOf(meetingId).filter(({ edgeId }) => edgeId === leaf.id);
  await expect.poll(() => ofLeaf()[0], patience).toEqual({ edgeId: leaf.id, linkLost: lost });
});

test('a relay that only paused is used again after a while, and viewers go on all along', async () => {
  const meetingId = 'halted';
  await using main = await diamond.open(meetingId);
  await using _publisher = await diamond.publish(meetingId);
  await using viewer = await diamond.view(meetingId);
  const [track] = await diamond.watchBothWays(meetingId, viewer);
  await viewer.receives(track, settled);
  const worker = main.context.workers.pids.get(0) ?? 0;
  process.kill(worker, 'SIGSTOP');
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, spare.id, leaf.id]);
  process.kill(worker, 'SIGCONT');
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, main.id, leaf.id]);
  await viewer.receives(track, settled);
  expect((await viewer.watch(origin.id, ['track'])).removedConsumerIds).toEqual([]);
});

test('a publisher who pauses is no reason to leave a relay', async () => {
  const meetingId = 'paused';
  await using _main = await diamond.open(meetingId);
  await using publisher = await diamond.publish(meetingId);
  await using viewer = await diamond.view(meetingId);
  const { added } = await viewer.watch(origin.id, ['track']);
  await viewer.receives(added[0], settled);
  const before = await pathTo(leaf, meetingId);
  publisher.hush();
  const reception = () => leaf.context.edge.meetings.get(meetingId)?.tracks.get('track')?.feed?.reception().idleMs;
  await expect.poll(reception, patience).toBeGreaterThan(400);
  publisher.speak();
  await viewer.receives(added[0], settled);
  expect(diamond.factsOf(meetingId)).toEqual([]);
  // On a machine that delays the last packets of one way, the other may have been taken for broken: it is used again.
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual(before);
});

test('a way that nothing comes over, because nothing reaches the origin, is kept, and watched when something does', async () => {
  const meetingId = 'frozen';
  await using main = await diamond.open(meetingId);
  const ways = twoWayTable(meetingId, 2, leaf, origin.id, { main, backup: spare });
  leaf.authority.give({ ...ways, routes: [...ways.routes, ...routeTable(meetingId, 2, leaf, spare.id, spare).routes] });
  for (const relay of [main, spare]) relay.authority.give(routeTable(meetingId, 2, relay, origin.id, origin));
  await using frozen = await diamond.publish(meetingId, 3, { silent: true });
  const other = { client: spare.client, meetingId, participantId: 'q', trackId: 'other' };
  await using _other = await FakePublisher.start({ ...other, layers: 1 });
  await using viewer = await diamond.view(meetingId);
  const { added } = await viewer.watch(origin.id, ['track']);
  await using neighbour = await diamond.view(meetingId, leaf, 'w');
  const { added: others } = await neighbour.watch(spare.id, ['other']);
  const scores = () =>
    leaf.context.edge.meetings
      .get(meetingId)
      ?.tracks.pulled()
      .filter(({ track }) => track.id === 'track')
      .map(({ feed }) => feed.score);
  await expect.poll(scores, patience).toEqual([0, 0]);

  // Seconds in which only the other way's link carries media.
  await neighbour.receives(others[0], 100);
  expect(diamond.factsOf(meetingId)).toEqual([]);
  expect(await pathTo(leaf, meetingId)).toEqual([origin.id, main.id, leaf.id]);

  frozen.speak();
  await viewer.receives(added[0], settled);
  await expect.poll(scores, patience).toEqual([10, 10]);
  process.kill(main.context.workers.pids.get(0) ?? 0, 'SIGSTOP');
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, spare.id, leaf.id]);
});

test('a plan that makes the backup the parent takes nobody from their consumer', async () => {
  const meetingId = 'promoted';
  await using main = await diamond.open(meetingId);
  await using publisher = await diamond.publish(meetingId);
  await using viewer = await diamond.view(meetingId);
  const [track] = await diamond.watchBothWays(meetingId, viewer);
  await viewer.receives(track, settled);
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, main.id, leaf.id]);

  publisher.holdsKeyFrames = true;
  await leaf.client.setRoutes({ table: routeTable(meetingId, 2, leaf, origin.id, spare) });
  expect(await pathTo(leaf, meetingId)).toEqual([origin.id, spare.id, leaf.id]);
  // What came before goes on until a keyframe comes the other way.
  await viewer.receives(track, 40);
  publisher.holdsKeyFrames = false;
  await expect.poll(() => main.context.edge.inspection.counts().childLinks, patience).toBe(0);
  await viewer.receives(track, 40);
  expect((await viewer.watch(origin.id, ['track'])).removedConsumerIds).toEqual([]);
  expect(diamond.factsOf(meetingId)).toEqual([]);
});

test('who came before the media is soon shown the best layer of the way in use, with nobody asking', async () => {
  const meetingId = 'before-media';
  await using _main = await diamond.open(meetingId);
  await using publisher = await diamond.publish(meetingId, 3, { silent: true });
  await using viewer = await diamond.view(meetingId);
  const { added } = await viewer.watch(origin.id, ['track']);
  publisher.speak();
  await viewer.receives(added[0], 1);
  const layer = () => media.consumer(added[0]?.consumerId).currentLayers?.spatialLayer;
  // The ways of the highest of three layers are 4, the spare one, and 5.
  await expect.poll(layer, { timeout: 15_000, interval: 50 }).toBe(5);
});
