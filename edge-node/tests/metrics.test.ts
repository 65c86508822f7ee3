import { isDeepStrictEqual } from 'node:util';
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
import { metricOf, scrape } from './support/metrics.ts';

const natsUrl = process.env.NATS_URL ?? '';
const patience = { timeout: 10_000, interval: 50 };
let group: EdgeGroup<'origin' | 'spare' | 'leaf'>;

beforeAll(async () => {
  group = await EdgeGroup.start(natsUrl, ['origin', 'spare', 'leaf']);
});

afterAll(() => group[Symbol.asyncDispose]());

test('load, links, demand, keyframes asked for and a failover with its gap are counted', async () => {
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

  // Three layers by the way in use and three by the spare one.
  await becomes(leaf, 'canopy_edge_pulled_layers').toBe(6);
  const busy = await scrape(leaf);
  expect(busy('canopy_edge_sessions')).toBe(1);
  const workers = Array.from({ length: busy('canopy_edge_workers') }, (_, index) => {
    const of = (name: string) => busy(`canopy_edge_worker_${name}{worker="${index}"}`);
    return { cpu: of('cpu_ratio'), load: of('load_ratio'), consumers: of('consumers'), transports: of('transports') };
  });
  // The hottest worker is the load of the edge.
  expect(busy('canopy_edge_load_ratio')).toBe(Math.max(...workers.map(({ load }) => load)));
  expect(busy('canopy_edge_load_ratio')).toBeGreaterThan(0);
  for (const { cpu, load } of workers) {
    expect(cpu).toBeGreaterThanOrEqual(0);
    expect(cpu).toBeLessThanOrEqual(1);
    expect(load).toBeGreaterThanOrEqual(cpu);
  }
  expect(workers.some(({ consumers, transports }) => consumers > 0 && transports > 0)).toBe(true);
  expect([busy('canopy_edge_pulled_tracks'), busy('canopy_edge_published_tracks')]).toEqual([1, 0]);
  expect(busy('canopy_edge_pulled_layers_carried')).toBeLessThanOrEqual(busy('canopy_edge_pulled_layers'));
  expect(busy('canopy_edge_pulled_layers_carried')).toBeGreaterThan(0);
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

test('a track that is still on its way here is not one that was published here', async () => {
  const overrides = { routeAuthority: { getRoutes: () => new Promise<never>(() => undefined) } };
  await using edge = await startInProcessEdge('waiting', natsUrl, {}, overrides);
  await using viewer = await FakeViewer.start({ client: edge.client, meetingId: 'waiting', participantId: 'v' });
  const refused = expect(viewer.watchOnce('elsewhere', ['track'])).resolves.toMatchObject({ added: [] });
  const { meetings, inspection } = edge.context.edge;
  await expect.poll(() => meetings.get('waiting')?.tracks.size, patience).toBe(1);
  expect(inspection.counts()).toMatchObject({ publishedTracks: 0, pulledTracks: 0 });
  await refused;
});

test('an edge has as many series while it serves thirty meetings as while it serves one', async () => {
  await using owned = new AsyncDisposableStack();
  const [origin, leaf] = [
    owned.use(await startInProcessEdge('many-origin', natsUrl)),
    owned.use(await startInProcessEdge('many-leaf', natsUrl)),
  ];
  /** Somebody watches a track that comes from the other edge. */
  const meet = async (number: number) => {
    const [meetingId, trackId] = [`gathering-${number}`, `camera-${number}`];
    leaf.authority.give(routeTable(meetingId, 1, leaf, origin.id, origin));
    const track = { client: origin.client, meetingId, participantId: `speaker-${number}`, trackId, layers: 1 };
    owned.use(await FakePublisher.start(track));
    const client = { client: leaf.client, meetingId, participantId: `listener-${number}` };
    const viewer = owned.use(await FakeViewer.start(client));
    const { added } = await viewer.watch(origin.id, [trackId]);
    await viewer.receives(added[0], 5);
  };
  const linesOf = async ({ context }: InProcessEdge) => {
    const lines = (await (await fetch(`http://${context.httpAddress}/metrics`)).text()).split('\n');
    return lines.filter((line) => line.startsWith('canopy_'));
  };
  const seriesOf = async (edge: InProcessEdge) =>
    (await linesOf(edge)).map((line) => line.replace(/ [^ ]*$/, '')).sort();

  const seriesOfBoth = async () => [await seriesOf(origin), await seriesOf(leaf)];

  await meet(0);
  const onBus = () => Promise.all([origin, leaf].map((edge) => metricOf(edge, 'canopy_edge_bus_connected')));
  await expect.poll(onBus, patience).toEqual([1, 1]);
  let before = await seriesOfBoth();
  // Some come a moment after what they tell of.
  await expect
    .poll(async () => {
      const last = before;
      before = await seriesOfBoth();
      return isDeepStrictEqual(before, last);
    }, patience)
    .toBe(true);
  for (let number = 1; number < 30; number++) await meet(number);
  await expect.poll(() => metricOf(leaf, 'canopy_edge_sessions'), patience).toBe(30);
  await expect.poll(() => metricOf(leaf, `canopy_edge_link_tracks{parent="${origin.id}"}`), patience).toBe(30);
  // What the bus answers too late is not told.
  await expect.poll(seriesOfBoth, patience).toEqual(before);
  const all = [...(await linesOf(origin)), ...(await linesOf(leaf))];
  expect(all.filter((line) => /gathering|camera|speaker|listener/.test(line))).toEqual([]);
});

test('what does not come over a link is told as its loss', async () => {
  const meetingId = 'lossy';
  const { origin, leaf } = group.edges;
  leaf.authority.give(routeTable(meetingId, 1, leaf, origin.id, origin));
  const track = { client: origin.client, meetingId, participantId: 'p', trackId: 'track', layers: 1, losesEvery: 10 };
  await using _publisher = await FakePublisher.start(track);
  await using viewer = await FakeViewer.start({ client: leaf.client, meetingId, participantId: 'v' });
  const { added } = await viewer.watch(origin.id, ['track']);
  await viewer.receives(added[0], 30);
  const loss = () => metricOf(leaf, `canopy_edge_link_loss_ratio{parent="${origin.id}"}`);
  // Of one packet in ten; less and more is measured where few came, on a machine that stood still.
  await expect.poll(loss, patience).toSatisfy((ratio: number) => ratio > 0.05 && ratio < 0.2);
});
