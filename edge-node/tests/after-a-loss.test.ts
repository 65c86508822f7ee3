import { afterAll, beforeAll, expect, test } from 'vitest';
import { type InProcessEdge, routeTable, startInProcessEdge, twoWayTable } from '../src/testing/index.ts';
import { Diamond, parentsOf, pathTo, patience, settled } from './support/diamond.ts';

const natsUrl = process.env.NATS_URL ?? '';
let diamond: Diamond;
let origin: InProcessEdge;
let spare: InProcessEdge;
let leaf: InProcessEdge;

beforeAll(async () => {
  diamond = await Diamond.start(natsUrl);
  ({ origin, spare, leaf } = diamond);
});

afterAll(() => diamond[Symbol.asyncDispose]());

/** An edge that has the meeting's tracks from that one. */
async function childOf(parent: InProcessEdge, meetingId: string): Promise<InProcessEdge> {
  const child = await startInProcessEdge(`below-${meetingId}`, natsUrl);
  child.authority.give(routeTable(meetingId, 1, child, origin.id, parent));
  return child;
}

test('children of an edge that changed to its backup follow it', async () => {
  const meetingId = 'children';
  const main = await diamond.open(meetingId);
  await using below = await childOf(leaf, meetingId);
  await using _publisher = await diamond.publish(meetingId);
  await using viewer = await diamond.view(meetingId, below);
  await viewer.watch(origin.id, ['track']);
  expect(await pathTo(below, meetingId)).toEqual([origin.id, main.id, leaf.id, below.id]);
  await expect.poll(() => parentsOf(leaf, meetingId), patience).toHaveLength(2);
  await main[Symbol.asyncDispose]();
  await expect.poll(() => pathTo(below, meetingId), patience).toEqual([origin.id, spare.id, leaf.id, below.id]);
  const { added } = await viewer.watch(origin.id, ['track']);
  await viewer.receives(added[0], 10);
});

test('who comes after a loss is served the way that is left', async () => {
  const meetingId = 'left';
  const main = await diamond.open(meetingId);
  await using below = await childOf(leaf, meetingId);
  await using _publisher = await diamond.publish(meetingId);
  await using afar = await diamond.view(meetingId, below);
  await afar.watch(origin.id, ['track']);
  await expect.poll(() => parentsOf(leaf, meetingId), patience).toHaveLength(2);
  await main[Symbol.asyncDispose]();
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, spare.id, leaf.id]);
  await using newcomer = await diamond.view(meetingId, leaf, 'w');
  const { added, refused } = await newcomer.watch(origin.id, ['track']);
  expect(refused).toEqual([]);
  await newcomer.receives(added[0], 10);
});

test('after a loss the next plan fills the gap; who watches already stays', async () => {
  const meetingId = 'repaired';
  const main = await diamond.open(meetingId);
  await using _publisher = await diamond.publish(meetingId);
  await using viewer = await diamond.view(meetingId);
  const [track] = await diamond.watchBothWays(meetingId, viewer);
  await viewer.receives(track, settled);
  await main[Symbol.asyncDispose]();
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, spare.id, leaf.id]);
  await leaf.client.setRoutes({ table: twoWayTable(meetingId, 2, leaf, origin.id, { main: spare, backup: origin }) });
  const parents = () =>
    leaf.context.edge.meetings
      .get(meetingId)
      ?.tracks.get('track')
      ?.feeds.map((f) => f.parentId);
  await expect.poll(parents, patience).toEqual([spare.id, origin.id]);
  expect((await viewer.watch(origin.id, ['track'])).removedConsumerIds).toEqual([]);
  await using newcomer = await diamond.view(meetingId, leaf, 'w');
  const { added } = await newcomer.watch(origin.id, ['track']);
  await Promise.all([viewer.receives(track, 20), newcomer.receives(added[0], 20)]);
});
