import { inParallel } from '../../grow/in-parallel.ts';
import { Counters, type Forwarder, measureFlow } from '../flow.ts';
import { RtpSource } from '../load.ts';
import type { ForwardingSize } from '../size.ts';
import { JanusConnection } from './connection.ts';
import { type JanusKind, JanusProcess } from './process.ts';
import { createRoom, publishIn, watchIn } from './room.ts';

const joinsAtOnce = 8;

/** The video room of a Janus. */
export async function startJanus({ load, viewers, countEvery }: ForwardingSize, kind: JanusKind): Promise<Forwarder> {
  await using stack = new AsyncDisposableStack();
  const { pid, url } = stack.use(await JanusProcess.start(kind));
  const janus = stack.use(await JanusConnection.open(url));
  await createRoom(janus);
  const source = new RtpSource(load);
  const { feed, track: camera } = stack.use(await publishIn(janus, source.ssrc));
  const counters = new Counters();
  await inParallel(Array.from({ length: viewers }), joinsAtOnce, async (_, number) => {
    const { track } = stack.use(await watchIn(janus, feed));
    if (number % countEvery === 0) counters.add(track);
  });
  const send = (packet: Buffer) => void camera.sendMessageBinary(packet);
  const owned = stack.move();
  return {
    flow: (ms) => measureFlow({ source, send, pid, viewers, counters }, ms),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
