import type { ConsumerParameters } from '@canopy/proto/media';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EdgeGroup, FakePublisher, FakeViewer, giveChain, MediaWatch } from '../src/testing/index.ts';
import { nack, payloadOf, pictureLoss } from '../src/testing/rtp.ts';

const natsUrl = process.env.NATS_URL ?? '';
const media = new MediaWatch();
let group: EdgeGroup<'origin' | 'relay' | 'leaf'>;

beforeAll(async () => {
  group = await EdgeGroup.start(natsUrl, ['origin', 'relay', 'leaf']);
});

afterAll(() => group[Symbol.asyncDispose]());

/** A publisher on the origin, and viewers on the leaf who receive its track through the relay. */
async function watch(meetingId: string, count: number) {
  const { origin, relay, leaf } = group.edges;
  giveChain(meetingId, [origin, relay, leaf]);
  const publisher = await FakePublisher.start({ client: origin.client, meetingId, participantId: 'p', trackId: 'cam' });
  const viewers = await Promise.all(
    Array.from({ length: count }, (_, number) =>
      FakeViewer.start({ client: leaf.client, meetingId, participantId: `v${number}` }),
    ),
  );
  return { publisher, viewers };
}

/** What an edge has asked of its parent for the track. */
function requestsOf(edge: 'relay' | 'leaf', meetingId: string) {
  const feed = group.edges[edge].context.edge.meetings.get(meetingId)?.tracks.get('cam')?.feed;
  return media.requestsOf(feed?.producer.id);
}

/**
 * Resolves when the viewer is shown the highest of three layers, for which every hop passes on some sender reports first: from
 * then on it needs no keyframe to change.
 */
async function settled(consumer: ConsumerParameters | undefined): Promise<void> {
  const layer = () => media.consumer(consumer?.consumerId).currentLayers?.spatialLayer;
  await expect.poll(layer, { timeout: 30_000 }).toBe(2);
}

/** A packet of the consumer that has arrived. */
function nextSequence(viewer: FakeViewer, ssrc: number | undefined): Promise<number> {
  return new Promise((resolve) => {
    viewer.onRtp((of, packet) => {
      if (of === ssrc) resolve(packet.readUInt16BE(2));
    });
  });
}

/** The sequence number, in the stream it was lost from, of the next packet that comes as a retransmission (RFC 4588 §4). */
function nextRepaired(viewer: FakeViewer, rtxSsrc: number | undefined): Promise<number> {
  return new Promise((resolve) => {
    viewer.onRtp((of, packet) => {
      if (of === rtxSsrc) resolve(payloadOf(packet).readUInt16BE(0));
    });
  });
}

test("a packet lost on a viewer's last mile is sent again by the viewer's own edge, and nobody else is asked", async () => {
  const { publisher, viewers } = await watch('last-mile', 1);
  await using _publisher = publisher;
  const [viewer] = viewers;
  if (viewer === undefined) throw new Error('there is no viewer');
  await using _viewer = viewer;
  const { added } = await viewer.watch('origin', ['cam']);
  const consumer: ConsumerParameters | undefined = added[0];
  await viewer.receives(consumer, 30);
  await settled(consumer);
  const { ssrc, rtxSsrc } = consumer?.rtpParameters?.encodings[0] ?? {};
  expect(rtxSsrc).toBeDefined();
  const before = await Promise.all([requestsOf('leaf', 'last-mile'), requestsOf('relay', 'last-mile')]);

  const lost = await nextSequence(viewer, ssrc);
  const repaired = nextRepaired(viewer, rtxSsrc);
  viewer.send(nack(ssrc ?? 0, lost));
  expect(await repaired).toBe(lost);
  expect(await Promise.all([requestsOf('leaf', 'last-mile'), requestsOf('relay', 'last-mile')])).toEqual(before);
});

test('whoever needs a keyframe while one is on its way shares it: each edge asks its parent once', async () => {
  const meetingId = 'shared-keyframe';
  const { publisher, viewers } = await watch(meetingId, 12);
  await using _publisher = publisher;
  const [first, ...others] = viewers;
  const { added } = (await first?.watch('origin', ['cam'])) ?? {};
  await first?.receives(added?.[0], 60);
  await settled(added?.[0]);
  const before = await Promise.all([requestsOf('leaf', meetingId), requestsOf('relay', meetingId)]);

  publisher.holdsKeyFrames = true;
  const heldAt = performance.now();
  const answers = await Promise.all(others.map((viewer) => viewer.watch('origin', ['cam'])));
  publisher.holdsKeyFrames = false;
  const receive = (packets: number) =>
    Promise.all(others.map((viewer, at) => viewer.receives(answers[at]?.added[0], packets)));
  await receive(1);
  // For one that does not come within a second it is asked again.
  const times = 1 + Math.floor((performance.now() - heldAt) / 1_000);
  await receive(29);
  const after = await Promise.all([requestsOf('leaf', meetingId), requestsOf('relay', meetingId)]);
  const [ofLeaf, ofRelay] = after.map(({ keyFrames }, at) => keyFrames - (before[at]?.keyFrames ?? 0));
  // The leaf asks for the layer its viewers want; the relay, whose child gets all three, for each of them.
  expect([ofLeaf, ofRelay]).toEqual([
    expect.toSatisfy((asked: number) => asked >= 1 && asked <= times),
    expect.toSatisfy((asked: number) => asked >= 3 && asked <= 3 * times),
  ]);
  for (const viewer of viewers) await viewer[Symbol.asyncDispose]();
});

test('a publisher who is asked for keyframes all the time is asked a little less often than every half second', async () => {
  const { client } = group.edges.origin;
  const meetingId = 'insatiable';
  await using publisher = await FakePublisher.start({
    client,
    meetingId,
    participantId: 'p',
    trackId: 'cam',
    layers: 1,
  });
  await using viewer = await FakeViewer.start({ client, meetingId, participantId: 'v' });
  // From before the first is asked for: that one is heard late must not bring it nearer to the last.
  const startedAt = performance.now();
  const { added } = await viewer.watch('origin', ['cam']);
  const ssrc = added[0]?.rtpParameters?.encodings[0]?.ssrc ?? 0;
  const asking = setInterval(() => viewer.send(pictureLoss(ssrc)), 40);
  await expect.poll(() => publisher.keyFrameRequests, { timeout: 30_000 }).toBeGreaterThanOrEqual(20);
  clearInterval(asking);
  const requests = publisher.keyFrameRequestLog;
  const meanMs = ((requests.at(-1)?.at ?? 0) - startedAt) / (requests.length - 1);
  expect(meanMs).toBeGreaterThan(502);
});
