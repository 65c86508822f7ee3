import {
  FakePublisher,
  FakeViewer,
  type InProcessEdge,
  routeTable,
  startInProcessEdge,
} from '@canopy/edge-node/testing';
import { mostWithin } from '../grow/key-frame-requests.ts';

/** What one crowd caused and saw. */
export interface CrowdResult {
  viewers: number;
  /** From the first who asked for the track to the last, ms. */
  askedWithinMs: number;
  /** From asking for the track to its first packet, which is the start of a keyframe, ms; ascending. */
  firstFrameMs: number[];
  /** Those who had none after {@link patienceMs}: it was lost, and these viewers do not ask again, as browsers would. */
  withoutFrame: number;
  keyFrameRequests: {
    /** Over all streams of the publisher, from the first who asked until the last had a frame. */
    total: number;
    /** The most that any one stream was asked within 500 ms. */
    mostPer500Ms: number;
  };
}

const meetingId = 'crowd';
const trackId = 'cam';
const windowMs = 500;

/** The measuring process is late by some ms now and then: two requests a window apart must not seem to be closer. */
const timingErrorMs = 20;

const patienceMs = 5_000;

/** Sessions opened at a time while the room fills. */
const openedAtOnce = 50;

/** No bus: routes are given by hand, and nobody listens to facts. */
const noBus = 'nats://127.0.0.1:9';

/**
 * An origin with a publisher of three simulcast streams, a relay and two leaves below it, each with a worker of its own.
 * `viewers` sit on the relay and the leaves, connected but without media; then all ask for the track, evenly spread over `withinMs`.
 */
export async function joinAsCrowd(viewers: number, withinMs: number): Promise<CrowdResult> {
  await using stack = new AsyncDisposableStack();
  const start = async (id: string) => stack.use(await startInProcessEdge(id, noBus));
  const origin = await start('origin');
  const relay = await start('relay');
  const leaves = [await start('leaf-1'), await start('leaf-2')];
  relay.authority.give(routeTable(meetingId, 1, relay, origin.id, origin));
  for (const leaf of leaves) leaf.authority.give(routeTable(meetingId, 1, leaf, origin.id, relay));
  const publisher = stack.use(
    await FakePublisher.start({ client: origin.client, meetingId, participantId: 'publisher', trackId }),
  );
  const crowd = await fillRoom(viewers, [relay, ...leaves], stack);
  const pauseMs = withinMs / viewers;
  const startedAt = performance.now();
  const joins = crowd.map((viewer, index) => join(viewer, origin.id, startedAt + index * pauseMs));
  const joined = await Promise.all(joins);
  const askedAt = joined.map((one) => one.askedAt);
  const firstAskedAt = Math.min(...askedAt);
  const requests = publisher.keyFrameRequestLog.filter(({ at }) => at >= firstAskedAt);
  const perStream = Map.groupBy(requests, ({ ssrc }) => ssrc);
  const mostOf = [...perStream.values()].map((log) =>
    mostWithin(
      log.map(({ at }) => at),
      windowMs - timingErrorMs,
    ),
  );
  return {
    viewers,
    askedWithinMs: Math.max(...askedAt) - firstAskedAt,
    firstFrameMs: joined.flatMap(({ firstFrameMs }) => firstFrameMs ?? []).sort((a, b) => a - b),
    withoutFrame: joined.filter(({ firstFrameMs }) => firstFrameMs === undefined).length,
    keyFrameRequests: { total: requests.length, mostPer500Ms: Math.max(0, ...mostOf) },
  };
}

async function fillRoom(
  viewers: number,
  edges: readonly InProcessEdge[],
  stack: AsyncDisposableStack,
): Promise<FakeViewer[]> {
  const crowd: FakeViewer[] = [];
  while (crowd.length < viewers) {
    const count = Math.min(openedAtOnce, viewers - crowd.length);
    const opened = Array.from({ length: count }, (_, offset) => {
      const number = crowd.length + offset;
      const edge = edges[number % edges.length];
      if (edge === undefined) throw new Error('there is no edge to sit on');
      return FakeViewer.start({ client: edge.client, meetingId, participantId: `viewer-${number}` });
    });
    crowd.push(...(await Promise.all(opened)));
  }
  for (const viewer of crowd) stack.use(viewer);
  return crowd;
}

/** Asks for the track at `at` and leaves when its first frame has come, or does not come. */
async function join(
  viewer: FakeViewer,
  originId: string,
  at: number,
): Promise<{ askedAt: number; firstFrameMs: number | undefined }> {
  await until(at);
  const arrived = new Promise<number | undefined>((resolve) => {
    setTimeout(() => resolve(undefined), patienceMs);
    viewer.onRtp((_, packet) => {
      if (startsKeyFrame(packet)) resolve(performance.now());
    });
  });
  const askedAt = performance.now();
  const { refused } = await viewer.watch(originId, [trackId]);
  if (refused[0] !== undefined) throw new Error(`a viewer was refused the track: ${refused[0].code}`);
  const arrivedAt = await arrived;
  await viewer.leave();
  return { askedAt, firstFrameMs: arrivedAt === undefined ? undefined : arrivedAt - askedAt };
}

/** Whether an RTP packet of VP8 without descriptor extensions holds the start of a keyframe (RFC 7741 §4.3). */
function startsKeyFrame(packet: Buffer): boolean {
  const headerBytes = 12 + 4 * ((packet[0] ?? 0) & 0x0f);
  const startOfFrame = ((packet[headerBytes] ?? 0) & 0x10) !== 0;
  return startOfFrame && ((packet[headerBytes + 1] ?? 1) & 1) === 0;
}

function until(at: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, at - performance.now()));
  });
}
