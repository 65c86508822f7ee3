import { afterAll, beforeAll, expect, test } from 'vitest';
import { EdgeGroup, FakePublisher, FakeViewer, type InProcessEdge } from '../src/testing/index.ts';
import { frameNumberOf } from '../src/testing/rtp.ts';

const natsUrl = process.env.NATS_URL ?? '';
let group: EdgeGroup<'former' | 'next' | 'gateway' | 'leaf'>;

beforeAll(async () => {
  group = await EdgeGroup.start(natsUrl, ['former', 'next', 'gateway', 'leaf']);
});

afterAll(() => group[Symbol.asyncDispose]());

/** Both origins reach the leaf through the gateway. */
function routesVia(meetingId: string, edge: InProcessEdge, parentOf: (origin: InProcessEdge) => InProcessEdge): void {
  const { former, next } = group.edges;
  const routes = [former, next].map((origin) => {
    const { id, context } = parentOf(origin);
    return { originEdgeId: origin.id, parent: { edgeId: id, linkAddress: context.grpcAddress } };
  });
  edge.authority.give({ meetingId, epoch: 1, edgeId: edge.id, routes });
}

test('who follows a publisher to another origin over the same parent misses no frame', async () => {
  const meetingId = 'moves';
  const { former, next, gateway, leaf } = group.edges;
  routesVia(meetingId, gateway, (origin) => origin);
  routesVia(meetingId, leaf, () => gateway);
  const ids = { meetingId, participantId: 'p', trackId: 'track' };
  await using publisher = await FakePublisher.start({ ...ids, client: former.client });
  await using viewer = await FakeViewer.start({ client: leaf.client, meetingId, participantId: 'v' });
  const frames = new Set<number>();
  viewer.onRtp((_, packet) => frames.add(frameNumberOf(packet)));
  const before = await viewer.watch(former.id, ['track']);
  await viewer.receives(before.added[0], 60);

  await publisher.alsoOn(next.client);
  const after = await viewer.watch(next.id, ['track']);
  expect(after.refused).toEqual([]);
  await viewer.receives(after.added[0], 30);
  const [first, last] = [Math.min(...frames), Math.max(...frames)];
  const missing = Array.from({ length: last - first }, (_, at) => first + at).filter((number) => !frames.has(number));
  expect(missing).toEqual([]);
  const { links } = await leaf.client.getState({ meetingId });
  expect(links).toMatchObject([{ parentEdgeId: gateway.id }]);
});
