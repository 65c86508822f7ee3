import type { LinkLost } from '@canopy/proto/bus';
import type { LinkEvent } from '@canopy/proto/edge_link';
import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { MeetingRouters } from '../meeting/meeting-routers.ts';
import type { MediaRouter, MediaWorkers, Pipe } from '../ports/media.ts';
import type { LinkStream, Neighbours } from '../ports/neighbours.ts';
import { ParentLinks } from './parent-links.ts';

const endpoint = { ip: '127.0.0.1', port: 1, srtp: undefined };

async function never(): Promise<never> {
  throw new CanopyError('INTERNAL');
}

/** Something that is open until it is closed. */
class ToyClosable {
  closed = false;
  readonly #listeners: (() => void)[] = [];

  close(): void {
    this.closed = true;
    for (const listener of this.#listeners.splice(0)) listener();
  }

  onClosed(listener: () => void): void {
    this.#listeners.push(listener);
  }
}

class ToyPipe extends ToyClosable implements Pipe {
  readonly endpoint = endpoint;
  readonly workerIndex: number;
  /** While it connects. */
  onConnecting = () => {};

  constructor(workerIndex: number) {
    super();
    this.workerIndex = workerIndex;
  }

  async connect(): Promise<void> {
    this.onConnecting();
  }

  readonly send = never;
  readonly receive = never;
  readonly receivedBytes = async () => 0;
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

/** A parent that takes every link, until it ends it. */
class ToyStream implements LinkStream {
  #end: { error: Error | undefined } | undefined;
  readonly #endListeners: ((error: Error | undefined) => void)[] = [];

  onEvent(listener: (event: LinkEvent) => void): void {
    listener({ attached: { endpoint } });
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

function links() {
  const workers = new ToyWorkers();
  const routers = new MeetingRouters(workers, 1);
  const streams: ToyStream[] = [];
  const neighbours: Neighbours = {
    attach() {
      const stream = new ToyStream();
      streams.push(stream);
      return stream;
    },
    pull: never,
    release: never,
    setFlow: never,
  };
  const lost: LinkLost[] = [];
  const parentLinks = new ParentLinks({
    edgeId: 'self',
    meetingId: 'm',
    neighbours,
    clock: new VirtualClock(),
    logger: silentLogger,
    routers,
    newId: () => 'link',
    onLost: (link) => lost.push(link),
    onClosed: () => {},
  });
  return { workers, routers, streams, lost, parentLinks };
}

const parent = { edgeId: 'parent', linkAddress: 'parent:1' };
const backup = { edgeId: 'backup', linkAddress: 'backup:1' };

test('a link that its parent ends while its pipe is being connected is told as lost, and another one opened', async () => {
  const { workers, streams, lost, parentLinks } = links();
  workers.onPipe = (pipe) => {
    if (workers.pipes.length === 1) pipe.onConnecting = () => streams[0]?.end();
  };
  expect(await parentLinks.with(parent, async ({ up }) => up)).toBe(true);
  expect([streams.length, lost.map(({ parentEdgeId }) => parentEdgeId)]).toEqual([2, ['parent']]);
  expect([workers.pipes.map(({ closed }) => closed), parentLinks.size]).toEqual([[true, true], 0]);
  expect(workers.routers.every(({ closed }) => closed)).toBe(true);
});

test('links that are opened at once end on one worker, also where the first of them takes the last place there', async () => {
  const { workers, routers, parentLinks } = links();
  const seven = await Promise.all(Array.from({ length: 7 }, () => routers.acquire({ workerIndex: 0 })));
  await Promise.all([parentLinks.with(parent, async () => {}), parentLinks.with(backup, async () => {})]);
  expect(workers.pipes.map(({ workerIndex }) => workerIndex)).toEqual([0, 0]);
  for (const lease of seven) lease.release();
});
