import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakePublisher, FakeViewer, type InProcessEdge, routeTable, startInProcessEdge } from '../src/testing/index.ts';

const natsUrl = process.env.NATS_URL ?? '';
let origin: InProcessEdge;
let relay: InProcessEdge;
let leaf: InProcessEdge;

beforeAll(async () => {
  [origin, relay, leaf] = await Promise.all([
    startInProcessEdge('origin', natsUrl),
    startInProcessEdge('relay', natsUrl),
    startInProcessEdge('leaf', natsUrl),
  ]);
});

afterAll(async () => {
  await Promise.all([origin, relay, leaf].map((edge) => edge[Symbol.asyncDispose]()));
});

test('a track crosses two links to a viewer', async () => {
  const meetingId = 'two-links';
  await using publisher = await FakePublisher.start({
    client: origin.client,
    meetingId,
    participantId: 'p',
    trackId: 'cam',
  });
  relay.authority.give(routeTable(meetingId, 1, relay, 'origin', origin));
  leaf.authority.give(routeTable(meetingId, 1, leaf, 'origin', relay));
  await using viewer = await FakeViewer.start({ client: leaf.client, meetingId, participantId: 'v' });
  const { added, refused } = await viewer.watch('origin', [publisher.trackId]);
  expect(refused).toEqual([]);
  await viewer.receives(added[0], 30);
  const { edgeIds } = await leaf.client.tracePath({ meetingId, trackId: 'cam' });
  expect(edgeIds).toEqual(['origin', 'relay', 'leaf']);
});
