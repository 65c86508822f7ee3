import { CameraPeer, cameraParameters } from '../edge/camera-peer.ts';
import { ViewerPeer } from '../edge/viewer-peer.ts';
import { RtpSource } from '../forwarding/load.ts';
import { inParallel } from '../grow/in-parallel.ts';
import { WeighedEdge, type Weight } from './weighed-edge.ts';

/** What an edge weighed when so many of something were there. */
export interface Sample extends Weight {
  count: number;
}

const atOnce = 8;
/** Light enough for a hundred viewers beside the edge. */
const load = { packetBytes: 1_100, packetsPerBurst: 2, burstsPerSecond: 30 };

/** People who watch nothing yet, and are not connected: one transport each. */
export async function weighTransports(counts: readonly number[]): Promise<Sample[]> {
  await using weighed = await WeighedEdge.start();
  const { edge } = weighed;
  return await weighEach(counts, weighed, async (number) => void (await edge.admit(`viewer-${number}`, {})));
}

/** Consumers of people who are there already, not connected: each step is one more camera for all of them. */
export async function weighConsumers(people: number, cameras: readonly number[]): Promise<Sample[]> {
  await using weighed = await WeighedEdge.start();
  const { edge } = weighed;
  const trackIds = Array.from({ length: Math.max(...cameras) }, (_, number) => `camera-${number}`);
  for (const [number, trackId] of trackIds.entries()) {
    await edge.admit(`publisher-${number}`, { canPublish: true });
    await edge.publish(`publisher-${number}`, trackId, cameraParameters(1_000 + number));
  }
  const viewers = Array.from({ length: people }, (_, number) => `viewer-${number}`);
  await inParallel(viewers, atOnce, (viewer) => edge.admit(viewer, {}));
  const samples: Sample[] = [];
  for (const count of cameras) {
    await inParallel(viewers, atOnce, (viewer) => edge.subscribe(viewer, trackIds.slice(0, count)));
    samples.push({ count: people * count, ...(await weighed.weigh()) });
  }
  return samples;
}

/** People who are connected and receive one camera. */
export async function weighViewers(counts: readonly number[]): Promise<Sample[]> {
  await using weighed = await WeighedEdge.start();
  const { edge } = weighed;
  const trackId = 'camera';
  const source = new RtpSource(load);
  using camera = await CameraPeer.publish(edge, trackId, source);
  using viewers = new DisposableStack();
  source.start(camera.send);
  try {
    return await weighEach(counts, weighed, async (number) => {
      viewers.use(await ViewerPeer.join(edge, `viewer-${number}`, [trackId]));
    });
  } finally {
    source.stop();
  }
}

/** Adds more until each count is reached. */
async function weighEach(
  counts: readonly number[],
  weighed: WeighedEdge,
  add: (number: number) => Promise<void>,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  let there = 0;
  for (const count of counts) {
    const numbers = Array.from({ length: count - there }, (_, more) => there + more);
    await inParallel(numbers, atOnce, add);
    there = count;
    samples.push({ count, ...(await weighed.weigh()) });
  }
  return samples;
}
