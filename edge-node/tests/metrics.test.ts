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
const patience = { timeout: 10_000, interval: 50 };
let group: EdgeGroup<'origin' | 'spare' | 'leaf'>;

beforeAll(async () => {
  group = await EdgeGroup.start(natsUrl, ['origin', 'spare', 'leaf']);
});

afterAll(() => group[Symbol.asyncDispose]());

/** The value of a series, by its name and labels as they are served. */
async function metricOf({ context }: InProcessEdge, series: string): Promise<number> {
  const text = await (await fetch(`http://${context.httpAddress}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? Number.NaN : Number(line.slice(series.length));
}

test('links, demand, keyframes asked for and a failover with its gap are counted', async () => {
  const meetingId = 'counted';
  const { origin, spare, leaf } = group.edges;
  const main = await startInProcessEdge('main-counted', natsUrl);
  main.authority.give(routeTable(meetingId, 1, main, origin.id, origin));
  spare.authority.give(routeTable(meetingId, 1, spare, origin.id, origin));
  leaf.authority.give(twoWayTable(meetingId, 1, leaf, origin.id, { main, backup: spare }));
  const track = { client: origin.client, meetingId, participantId: 'p', trackId: 'track', layers: 3 };
  await using _publisher = await FakePublisher.start(track);
  await using viewer = await FakeViewer.start({ client: leaf.client, meetingId, participantId: 'v' });
  const { added } = await viewer.watch(origin.id, ['track']);
  await viewer.receives(added[0], 120);

  const becomes = (edge: InProcessEdge, series: string) => expect.poll(() => metricOf(edge, series), patience);
  await becomes(leaf, 'canopy_edge_demand').toBe(1);
  // The spare way is warm.
  await becomes(origin, 'canopy_edge_demand').toBe(2);
  await becomes(leaf, 'canopy_edge_pulls_total{result="OK"}').toBe(2);
  for (const parent of [main.id, spare.id]) {
    await becomes(leaf, `canopy_edge_link_tracks{parent="${parent}"}`).toBe(1);
    await becomes(leaf, `canopy_edge_link_received_bytes_per_second{parent="${parent}"}`).toBeGreaterThan(0);
  }
  await becomes(origin, 'canopy_edge_keyframe_requests_total').toBeGreaterThan(0);
  expect(await metricOf(leaf, 'canopy_edge_keyframe_requests_total')).toBe(0);
  expect(await metricOf(leaf, 'canopy_edge_failovers_total{cause="lost",resumed="yes"}')).toBe(0);

  await main[Symbol.asyncDispose]();
  const lost = () => metricOf(leaf, 'canopy_edge_failovers_total{cause="lost",resumed="yes"}');
  const silent = () => metricOf(leaf, 'canopy_edge_failovers_total{cause="silent",resumed="yes"}');
  // Whichever is noticed first: that the link broke, or that nothing comes over it.
  await expect.poll(async () => (await lost()) + (await silent()), patience).toBe(1);
  const cause = (await lost()) === 1 ? 'lost' : 'silent';
  expect(await metricOf(leaf, `canopy_edge_failover_gap_seconds_count{cause="${cause}"}`)).toBe(1);
  expect(await metricOf(leaf, `canopy_edge_failover_gap_seconds_sum{cause="${cause}"}`)).toBeGreaterThan(0);
});
