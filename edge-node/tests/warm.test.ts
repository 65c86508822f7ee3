import type { TrackTarget } from '@canopy/proto/edge_media';
import { TrackKind } from '@canopy/proto/media';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakePublisher, FakeViewer, type InProcessEdge, routeTable, startInProcessEdge } from '../src/testing/index.ts';

const natsUrl = process.env.NATS_URL ?? '';
const patience = { interval: 20 };
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
  for (const started of [origin, relay, leaf]) await started[Symbol.asyncDispose]();
});

/** A camera on the origin, and the way to it over the relay. */
async function stage(meetingId: string): Promise<FakePublisher> {
  relay.authority.give(routeTable(meetingId, 1, relay, 'origin', origin));
  leaf.authority.give(routeTable(meetingId, 1, leaf, 'origin', relay));
  return FakePublisher.start({ client: origin.client, meetingId, participantId: 'p', trackId: 'cam' });
}

function target(trackId: string): TrackTarget {
  const want = { trackId, width: 0, height: 0, priority: 0 };
  return { want, originEdgeId: 'origin', kind: TrackKind.VIDEO };
}

function keepWarm(meetingId: string, trackIds: readonly string[], forMs = 60_000) {
  return leaf.client.keepWarm({ meetingId, targets: trackIds.map(target), forMs });
}

async function flowsTo(edge: InProcessEdge, meetingId: string): Promise<string[]> {
  const { links } = await edge.client.getState({ meetingId });
  return links.flatMap(({ tracks }) => tracks.filter(({ bitrateBps }) => bitrateBps > 0).map(({ trackId }) => trackId));
}

test('a track that is kept warm flows to the edge before anybody is there, and its first viewer opens no link', async () => {
  await using _publisher = await stage('warm');
  await keepWarm('warm', ['cam']);
  await expect.poll(() => flowsTo(leaf, 'warm'), patience).toEqual(['cam']);
  expect(await flowsTo(relay, 'warm')).toEqual(['cam']);
  const links = () =>
    [origin, relay].map(({ context }) => [...(context.edge.meetings.get('warm')?.childLinks.keys() ?? [])]);
  const before = links();
  await using viewer = await FakeViewer.start({ client: leaf.client, meetingId: 'warm', participantId: 'v' });
  const { added } = await viewer.watch('origin', ['cam']);
  await viewer.receives(added[0], 5);
  expect(links()).toEqual(before);
  await keepWarm('warm', []);
  await viewer.receives(added[0], 30);
});

test('what is no longer to be kept is let go, at once or when nobody asks for it again', async () => {
  for (const forMs of [60_000, 1_000]) {
    const meetingId = `lapse-${forMs}`;
    await using _publisher = await stage(meetingId);
    await keepWarm(meetingId, ['cam'], forMs);
    if (forMs === 60_000) {
      expect(leaf.context.edge.meetings.get(meetingId)?.tracks.get('cam')?.demand).toBe(1);
      await keepWarm(meetingId, []);
    }
    for (const edge of [leaf, relay]) {
      await expect.poll(() => edge.context.edge.meetings.get(meetingId), patience).toBeUndefined();
    }
  }
});

test('a track that is not there yet is kept when it is asked for again, the others at once', async () => {
  await using _publisher = await stage('partly');
  await keepWarm('partly', ['late', 'cam']);
  await expect.poll(() => flowsTo(leaf, 'partly'), patience).toEqual(['cam']);
  await using _late = await FakePublisher.start({
    client: origin.client,
    meetingId: 'partly',
    participantId: 'q',
    trackId: 'late',
  });
  await keepWarm('partly', ['late', 'cam']);
  await expect.poll(async () => (await flowsTo(leaf, 'partly')).sort(), patience).toEqual(['cam', 'late']);
});

test('an edge that drains lets everything go, and keeps nothing', async () => {
  await using _publisher = await stage('drain');
  await keepWarm('drain', ['cam']);
  await leaf.client.setDraining({ draining: true });
  await expect.poll(() => leaf.context.edge.meetings.get('drain'), patience).toBeUndefined();
  await expect(keepWarm('drain', ['cam'])).rejects.toMatchObject({ code: 'EDGE_DRAINING' });
  await leaf.client.setDraining({ draining: false });
});
