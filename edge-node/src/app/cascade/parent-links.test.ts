import type { LinkLost } from '@canopy/proto/bus';
import { type LinkEvent, PullResponse } from '@canopy/proto/edge_link';
import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { ToyClosable } from '../../testing/toy-closable.ts';
import { toyProducer } from '../../testing/toy-feed.ts';
import { MeetingRouters } from '../meeting/meeting-routers.ts';
import type { MediaRouter, MediaWorkers, Pipe } from '../ports/media.ts';
import type { LinkStream, Neighbours } from '../ports/neighbours.ts';
import type { ParentFeed } from './parent-feed.ts';
import { ParentLinks } from './parent-links.ts';
import { localAsker } from './upstream.ts';

const pulling = { heldBack: false, use: 'first' } as const;
const endpoint = { ip: '127.0.0.1', port: 1, srtp: undefined };

async function never(): Promise<never> {
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
class ToyStream implements LinkStream {
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

function links(answers = true, muted = false) {
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

function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

test('a parent that does not answer is told as lost, one that refuses after the fifth attempt, and again after as many', async () => {
  const { clock, streams, lost, parentLinks } = links(false);
  const attempt = () => expect(parentLinks.with(parent, never)).rejects.toMatchObject({ code: expect.any(String) });
  const silent = attempt();
  await settled();
  clock.advance(3_000);
  await silent;
  expect(lost).toEqual([{ meetingId: 'm', parentEdgeId: 'parent', switchedToBackup: false, mediaFlows: false }]);
  for (let refusals = 1; refusals <= 10; refusals++) {
    const refused = attempt();
    await settled();
    streams.at(-1)?.end(new CanopyError('EDGE_UNREACHABLE'));
    await refused;
    expect(lost).toHaveLength(1 + Math.floor(refusals / 5));
  }
});

test('what arrives is told without waiting for links that are being opened', async () => {
  const { streams, parentLinks } = links(false);
  const refused = expect(parentLinks.with(parent, never)).rejects.toMatchObject({ code: 'EDGE_UNREACHABLE' });
  expect(await parentLinks.receivedBps()).toEqual([]);
  await settled();
  streams[0]?.end(new CanopyError('EDGE_UNREACHABLE'));
  await refused;
});

test('a parent that says why it takes no link is within reach', async () => {
  const { streams, lost, parentLinks } = links(false);
  for (const code of ['EDGE_UNREACHABLE', 'EDGE_OVERLOADED'] as const) {
    for (let refusals = 1; refusals <= 4; refusals++) {
      const refused = expect(parentLinks.with(parent, never)).rejects.toMatchObject({ code });
      await settled();
      streams.at(-1)?.end(new CanopyError(code));
      await refused;
    }
  }
  expect(lost).toEqual([]);
});

test('what a link brought before its track was pulled anew hears that the link is lost', async () => {
  const { neighbours, streams, parentLinks } = links();
  let former: ParentFeed | undefined;
  await parentLinks.with(parent, async (link) => {
    former = await link.pull('t', 'parent', localAsker, pulling);
    neighbours.pull = () => new Promise(() => {});
    void link.pull('t', 'parent', localAsker, pulling);
  });
  streams[0]?.end();
  expect(former?.gone).toBe(true);
});

/** A link to a parent that can't be told what to send, and how often it was. */
function deafParent() {
  const all = links();
  let told = 0;
  all.neighbours.setFlow = async () => {
    told += 1;
    throw new CanopyError('TRACK_NOT_FOUND');
  };
  const pull = () =>
    all.parentLinks.with(parent, (link) => link.pull('t', 'parent', localAsker, { ...pulling, heldBack: true }));
  const toldWithin = async (ms: number) => {
    const before = told;
    for (let passed = 0; passed < ms; passed += 100) {
      all.clock.advance(100);
      await settled();
    }
    return told - before;
  };
  return { ...all, pull, toldWithin };
}

const ended: LinkEvent = { trackEnded: { trackId: 't', originEdgeId: 'parent' } };

test.each([
  ['the track is over', (stream: ToyStream | undefined) => stream?.say(ended)],
  ['the link is lost', (stream: ToyStream | undefined) => stream?.end()],
])('a parent is told no more what to send of a track once %s', async (_, end) => {
  const { streams, pull, toldWithin } = deafParent();
  (await pull()).keepFlowing();
  expect(await toldWithin(1_000)).toBeGreaterThan(0);
  end(streams[0]);
  expect(await toldWithin(1_000)).toBe(0);
});

test('a parent is not told what to send of a track that ended while it was being pulled anew', async () => {
  const { workers, streams, pull, toldWithin } = deafParent();
  await pull();
  for (const pipe of workers.pipes) pipe.onReceiving = () => streams[0]?.say(ended);
  await expect(pull()).rejects.toMatchObject({ code: 'TRACK_NOT_FOUND' });
  expect(await toldWithin(1_000)).toBe(0);
});

/** A link whose stream broke, and that is being looked at whether its media still comes: its only track has another way. */
async function doubtfulLink() {
  const all = links();
  const feed = await all.parentLinks.with(parent, (link) => link.pull('t', 'parent', localAsker, pulling));
  feed.watch();
  all.streams[0]?.end(new CanopyError('EDGE_UNREACHABLE'));
  return { ...all, feed };
}

test('a link that is being looked at whether its media still comes holds up nobody: the next is opened', async () => {
  const { clock, lost, streams, parentLinks } = await doubtfulLink();
  expect(await parentLinks.with(parent, async ({ up }) => up)).toBe(true);
  expect(streams).toHaveLength(2);
  await look(clock);
  expect(lost).toMatchObject([{ parentEdgeId: 'parent', switchedToBackup: true }]);
});

test('a link that nobody uses any more while it is being looked at is over', async () => {
  const { clock, lost, feed, parentLinks } = await doubtfulLink();
  feed.release();
  expect(parentLinks.size).toBe(0);
  await look(clock);
  expect(lost).toEqual([]);
});

/** A link that brings one track, two seconds after its parent spoke last. */
async function silentLink(arrives: () => number, muted = false) {
  const { clock, workers, streams, lost, parentLinks } = links(true, muted);
  await parentLinks.with(parent, async (link) => {
    await link.pull('t', 'parent', localAsker, pulling);
  });
  for (const pipe of workers.pipes) pipe.arrives = arrives;
  clock.advance(2_000);
  return { clock, streams, lost };
}

/** What takes a moment, or so many. */
async function look(clock: VirtualClock, moments = 1): Promise<void> {
  for (const ms of [10, ...Array<number>(moments).fill(40)]) {
    await settled();
    clock.advance(ms);
  }
  await settled();
}

test('a link is lost when nothing was said for two seconds and its media stopped, or nothing for four', async () => {
  const dead = await silentLink(() => 0);
  expect(dead.lost).toEqual([]);
  await look(dead.clock, 11);
  expect(dead.lost).toEqual([]);
  await look(dead.clock, 1);
  expect(dead.lost).toMatchObject([{ parentEdgeId: 'parent', mediaFlows: false }]);

  let packets = 0;
  const quietMicrophone = await silentLink(() => Math.floor(packets++ / 11));
  for (const quiet of [await silentLink(() => 1_000), quietMicrophone, await silentLink(() => 0, true)]) {
    await look(quiet.clock, 12);
    expect(quiet.lost).toEqual([]);
    quiet.clock.advance(2_000);
    expect(quiet.lost).toHaveLength(1);
  }
});

test('a link is not lost because this process stood still: what its parent said meanwhile is read afterwards', async () => {
  const { clock, streams, lost, parentLinks } = links();
  await parentLinks.with(parent, async (link) => {
    link.use();
  });
  clock.halt(10_000);
  streams[0]?.say({ alive: {} });
  clock.advance(3_999);
  expect(lost).toEqual([]);
  clock.advance(1);
  expect(lost).toMatchObject([{ parentEdgeId: 'parent' }]);
});

test('a link over which nothing comes while a track is being pulled is not lost', async () => {
  const { clock, neighbours, lost, parentLinks } = links();
  neighbours.pull = () => new Promise(() => {});
  void parentLinks.with(parent, (link) => link.pull('t', 'parent', localAsker, pulling));
  for (let second = 1; second <= 3; second++) {
    await settled();
    clock.advance(1_000);
  }
  await settled();
  expect(lost).toEqual([]);
});

test('what is held back is looked at while somebody keeps it flowing', async () => {
  const { clock, workers, parentLinks } = links();
  const feed = await parentLinks.with(parent, (link) =>
    link.pull('t', 'parent', localAsker, { ...pulling, heldBack: true }),
  );
  let looks = 0;
  for (const pipe of workers.pipes) pipe.arrives = () => ++looks;
  const unwatch = feed.watch();
  clock.advance(900);
  expect(looks).toBe(0);
  const looksWithin = async (ms: number) => {
    looks = 0;
    clock.advance(ms);
    await settled();
    return looks;
  };
  const stop = feed.keepFlowing();
  expect(await looksWithin(900)).toBeGreaterThan(0);
  stop();
  expect(await looksWithin(900)).toBe(0);
  feed.keepFlowing();
  expect(await looksWithin(900)).toBeGreaterThan(0);
  unwatch();
  expect(await looksWithin(900)).toBe(0);
});
