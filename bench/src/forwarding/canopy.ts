import { CameraPeer } from '../edge/camera-peer.ts';
import { LiveEdge } from '../edge/live-edge.ts';
import { ViewerPeer } from '../edge/viewer-peer.ts';
import { inParallel } from '../grow/in-parallel.ts';
import { Counters, type Forwarder, measureFlow } from './flow.ts';
import { RtpSource } from './load.ts';
import type { ForwardingSize } from './size.ts';

const trackId = 'camera';
const joinsAtOnce = 8;

/** A real edge with one worker. */
export async function startCanopy({ load, viewers, countEvery }: ForwardingSize): Promise<Forwarder> {
  await using stack = new AsyncDisposableStack();
  const edge = stack.use(await LiveEdge.start());
  const source = new RtpSource(load);
  const { send } = stack.use(await CameraPeer.publish(edge, trackId, source));
  const counters = new Counters();
  await inParallel(Array.from({ length: viewers }), joinsAtOnce, async (_, number) => {
    const { track } = stack.use(await ViewerPeer.join(edge, `viewer-${number}`, [trackId]));
    if (number % countEvery === 0) counters.add(track);
  });
  const { pid, workerPid } = edge.process;
  const owned = stack.move();
  return {
    flow: (ms) => measureFlow({ source, send, pid, workerPid, viewers, counters }, ms),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
