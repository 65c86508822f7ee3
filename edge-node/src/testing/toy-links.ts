import type { LinkLost } from '@canopy/proto/bus';
import { type LinkEvent, PullResponse } from '@canopy/proto/edge_link';
import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { ParentLinks } from '../app/cascade/parent-links.ts';
import { MeetingRouters } from '../app/meeting/meeting-routers.ts';
import type { MediaRouter, MediaWorkers, Pipe } from '../app/ports/media.ts';
import type { LinkStream, Neighbours } from '../app/ports/neighbours.ts';
import { ToyClosable } from './toy-closable.ts';
import { toyProducer } from './toy-feed.ts';

export const parent = { edgeId: 'parent', linkAddress: 'parent:1' };
export const backup = { edgeId: 'backup', linkAddress: 'backup:1' };
/** How a track is pulled where that is not the point. */
export const pulling = { heldBack: false, use: 'first' } as const;
const endpoint = { ip: '127.0.0.1', port: 1, srtp: undefined };

/** What no test comes to. */
export async function never(): Promise<never> {
  throw new CanopyError('INTERNAL');
}

class ToyPipe extends ToyClosable implements Pipe {
  readonly endpoint = endpoint;
  readonly workerIndex: number;
  /** While it connects. */
  onConnecting = () => {};
  /** While what a parent sends is taken in. */
  onReceiving = () => {};
  /** At each look. */
  arrives = () => 0;
  #bytes = 0;

  constructor(workerIndex: number) {
    super();
    this.workerIndex = workerIndex;
  }

  async connect(): Promise<void> {
    this.onConnecting();
  }

  readonly send = never;
  readonly receive = async () => {
    this.onReceiving();
    return toyProducer('t');
  };
  readonly receivedBytes = async () => {
    this.#bytes += this.arrives();
    return this.#bytes;
  };
  readonly receivedBps = async () => 0;
}

/** Two workers, the second idle, and the pipes that were opened on them. */
class ToyWorkers implements MediaWorkers {
  readonly pipes: ToyPipe[] = [];
  readonly routers: ToyClosable[] = [];
  onPipe = (_pipe: ToyPipe) => {};

  usage() {
    return [0, 1].map((index) => ({ index, cpu: 0, consumers: 0, newConsumers: 0, transports: 1 - index }));
  }

  async openRouter(workerIndex: number): Promise<MediaRouter> {
    const unused = { openClientTransport: never, openOutlet: never, openLoudness: never, openLevels: never };
    const openPipe = async () => {
      const pipe = new ToyPipe(workerIndex);
      this.pipes.push(pipe);
      this.onPipe(pipe);
      return pipe;
    };
    const router = Object.assign(new ToyClosable(), { workerIndex, openPipe, ...unused });
    this.routers.push(router);
    return router;
  }

  onDied(): void {}
}

/** A parent that takes every link, until it ends it, or refuses it. */
export class ToyStream implements LinkStream {
  readonly #answers: boolean;
  #end: { error: Error | undefined } | undefined;
  readonly #eventListeners: ((event: LinkEvent) => void)[] = [];
  readonly #endListeners: ((error: Error | undefined) => void)[] = [];

  constructor(answers: boolean) {
    this.#answers = answers;
  }

  onEvent(listener: (event: LinkEvent) => void): void {
    this.#eventListeners.push(listener);
    if (this.#answers) listener({ attached: { endpoint } });
  }

  say(event: LinkEvent): void {
    for (const listener of this.#eventListeners) listener(event);
  }

  onEnd(listener: (error: Error | undefined) => void): void {
    const end = this.#end;
    if (end === undefined) this.#endListeners.push(listener);
    else queueMicrotask(() => listener(end.error));
  }

  end(error?: Error): void {
    this.#end = { error };
    for (const listener of this.#endListeners) listener(error);
  }

  close(): void {}
}

/** A clock whose process may stand still. */
class HaltingClock extends VirtualClock {
  #late: Set<() => void> | undefined;

  override after(delayMs: number, callback: () => void): () => void {
    return super.after(delayMs, () => this.#run(callback));
  }

  override every(periodMs: number, callback: () => void): () => void {
    return super.every(periodMs, () => this.#run(callback));
  }

  /** What falls due meanwhile happens afterwards, and once. */
  halt(ms: number): void {
    const late = new Set<() => void>();
    this.#late = late;
    this.advance(ms);
    this.#late = undefined;
    for (const callback of late) callback();
  }

  #run(callback: () => void): void {
    if (this.#late === undefined) callback();
    else this.#late.add(callback);
  }
}

/** Links to parents that take them, if they answer, and whose tracks are muted or not. */
export function toyLinks(answers = true, muted = false) {
  const clock = new HaltingClock();
  const workers = new ToyWorkers();
  const routers = new MeetingRouters(workers, 1);
  const streams: ToyStream[] = [];
  const neighbours: Neighbours = {
    attach() {
      const stream = new ToyStream(answers);
      streams.push(stream);
      return stream;
    },
    pull: async () => PullResponse.fromPartial({ rtpParameters: {}, muted, score: 10 }),
    release: never,
    setFlow: never,
  };
  const lost: LinkLost[] = [];
  const parentLinks = new ParentLinks({
    edgeId: 'self',
    meetingId: 'm',
    neighbours,
    clock,
    logger: silentLogger,
    routers,
    newId: () => 'link',
    onLost: (link) => lost.push(link),
    onClosed: () => {},
  });
  return { clock, workers, routers, neighbours, streams, lost, parentLinks };
}
