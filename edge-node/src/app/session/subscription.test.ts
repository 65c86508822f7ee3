import { RtpParameters, TrackKind } from '@canopy/proto/media';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { silentAfterMs } from '../../core/cascade/silence.ts';
import type { PreferredLayers } from '../../core/subscription/preferred-layers.ts';
import { receivesEverything } from '../../testing/capabilities.ts';
import { ToyClosable } from '../../testing/toy-closable.ts';
import { ToyFeed, toyProducer } from '../../testing/toy-feed.ts';
import { settled } from '../../testing/toy-upstream.ts';
import { TrackOnEdge } from '../cascade/track-on-edge.ts';
import { LocalPipes } from '../meeting/local-pipes.ts';
import { MeetingRouters } from '../meeting/meeting-routers.ts';
import type { MediaConsumer, MediaProducer, MediaRouter, Pipe, PipeSender } from '../ports/media.ts';
import { Subscription } from './subscription.ts';

async function never(): Promise<never> {
  throw new Error('not in this test');
}

/** A consumer of a weak connection, which says the layer it gets. */
class ToyConsumer extends ToyClosable implements MediaConsumer {
  readonly id = 'c';
  readonly rtpParameters = RtpParameters.fromPartial({});
  readonly score = 10;
  spatialLayer: number | undefined;
  /** As asked for last. */
  asked: number | undefined;
  priority: number | undefined;
  onAsked: (layer: number) => void = () => {};
  #tell = () => {};
  /** When its worker answers that. */
  answered = Promise.resolve();
  readonly resume = async () => {};
  readonly pause = async () => {};
  readonly reconsider = async () => {};
  readonly requestKeyFrame = async () => {};
  readonly onFirstPacket = async () => {};

  onSpatialLayer(listener: () => void): void {
    this.#tell = listener;
  }

  /** It gets that layer from now on. */
  get(layer: number | undefined): void {
    this.spatialLayer = layer;
    this.#tell();
  }

  async setPreferred({ spatialLayer }: PreferredLayers, priority: number): Promise<void> {
    this.asked = spatialLayer;
    this.priority = priority;
    this.onAsked(spatialLayer);
    await this.answered;
  }
}

/** A way of a video that can be merged with another. */
function simulcastFeed(parentId: string): ToyFeed {
  const feed = new ToyFeed(parentId);
  Object.assign(feed.producer, { mimeType: 'video/VP8', layers: { spatial: 3, temporal: 1 } });
  return feed;
}

/** Routers whose pipes carry three layers, two ways of which are made into one producer; they tell which way is held back or let go. */
function layeredRouters(told: string[]): MeetingRouters {
  const send = async ({ id }: MediaProducer): Promise<PipeSender> =>
    Object.assign(new ToyClosable(), {
      rtpParameters: RtpParameters.fromPartial({ encodings: [{}, {}, {}] }),
      setHeldBack: async (heldBack: boolean) => {
        told.push(`${id} is ${heldBack ? 'held back' : 'let go'}`);
      },
    });
  const openPipe = async (): Promise<Pipe> =>
    Object.assign(new ToyClosable(), {
      endpoint: { ip: '127.0.0.1', port: 1, srtp: undefined },
      connect: async () => {},
      send,
      receive: async () => Object.assign(toyProducer('merged'), { layers: { spatial: 6, temporal: 1 } }),
      receivedBytes: never,
      receivedBps: never,
    });
  const unused = { openClientTransport: never, openOutlet: never, openLoudness: never, openLevels: never };
  const openRouter = async (workerIndex: number): Promise<MediaRouter> =>
    Object.assign(new ToyClosable(), { workerIndex, openPipe, ...unused });
  return new MeetingRouters({ usage: () => [], openRouter, onDied: () => undefined }, 1);
}

interface Watching {
  height?: number;
  workerIndex?: number;
  /** What they ask for while their consumer is made. */
  meanwhile?: { height?: number; priority?: number };
}

/** Somebody who watches a track of three layers that comes two ways; the highest if no height is said. */
async function watchingBothWays({ height = 0, workerIndex = 0, meanwhile }: Watching = {}) {
  const clock = new VirtualClock();
  const told: string[] = [];
  const track = new TrackOnEdge({
    id: 't',
    originEdgeId: 'origin',
    pipes: new LocalPipes(layeredRouters(told)),
    clock,
    logger: silentLogger,
    random: () => 0,
    lingerMs: 0,
    upstream: {
      open: never,
      probe: never,
      wanted: () => ({ main: 'main', spare: 'spare', chained: false, heldBack: false, epoch: 1 }),
    },
  });
  const [main, spare] = [simulcastFeed('main'), simulcastFeed('spare')];
  for (const feed of [main, spare]) track.install(feed);
  const consumer = new ToyConsumer();
  const want = { trackId: 't', width: 0, height, priority: 1 };
  const viewer = {
    workerIndex,
    transport: {
      consume: async ({ preferredLayers }: { preferredLayers: PreferredLayers }) => {
        consumer.asked = preferredLayers.spatialLayer;
        if (meanwhile !== undefined) await subscription.change({ ...want, ...meanwhile });
        return consumer;
      },
    },
    rtpCapabilities: receivesEverything,
    acceptsBackup: false,
  };
  const target = { want, originEdgeId: 'origin', kind: TrackKind.VIDEO };
  const subscription: Subscription = new Subscription(track, target, viewer, false, { clock, logger: silentLogger });
  await subscription.ready;
  return { clock, main, consumer, subscription, want, told };
}

// Of three layers that come two ways, 1, 3 and 5 are those of the main one, and 0, 2 and 4 those of the spare.

test('who gets the highest layer is sent that of the other way at once', async () => {
  const { main, consumer } = await watchingBothWays();
  expect(consumer.asked).toBe(5);
  consumer.spatialLayer = 5;
  main.lose();
  expect(consumer.asked).toBe(4);
});

test('whose connection carries less than the highest layer stays on what it gets when the way changes, and climbs later', async () => {
  const { clock, main, consumer } = await watchingBothWays();
  consumer.spatialLayer = 3;
  main.lose();
  expect(consumer.asked).toBe(2);
  consumer.spatialLayer = 2;
  clock.advance(6_000);
  expect(consumer.asked).toBe(4);
});

test('who wants more once the way has changed is sent it at once', async () => {
  const { main, consumer, subscription, want } = await watchingBothWays({ height: 1 });
  expect(consumer.asked).toBe(1);
  consumer.spatialLayer = 1;
  main.lose();
  expect(consumer.asked).toBe(0);
  await subscription.change({ ...want, height: 0 });
  expect(consumer.asked).toBe(4);
});

test.each([{ height: 1 }, { priority: 200 }])(
  'what is asked for while a consumer is made holds for it: %o',
  async (meanwhile) => {
    const { consumer } = await watchingBothWays({ meanwhile });
    const { height = 0, priority = 1 } = meanwhile;
    expect([consumer.asked, consumer.priority]).toEqual([height === 0 ? 5 : 1, priority]);
  },
);

test('whose connection carries the lowest layer, and at times not even that, needs one above it, though its tile changes a little; more as soon as it gets more', async () => {
  const { clock, main, consumer, subscription, want } = await watchingBothWays({ height: 700 });
  consumer.get(5);
  expect(main.layers).toBe(3);
  for (const layer of [1, undefined, 1]) {
    consumer.get(layer);
    clock.advance(3_000);
    await subscription.change({ ...want, height: 700 + clock.now() });
  }
  expect(main.layers).toBe(2);
  consumer.get(3);
  expect(main.layers).toBe(3);
});

test('whose connection carries nothing for long needs the lowest layer, and all of what has yet to come', async () => {
  const { clock, main, consumer } = await watchingBothWays();
  clock.advance(8_000);
  expect(main.layers).toBe(3);
  consumer.get(1);
  consumer.get(undefined);
  clock.advance(8_000);
  expect(main.layers).toBe(2);
  clock.advance(8_000);
  expect(main.layers).toBe(1);
});

test('the keyframe that those who turn to the other way need is asked for after they were told to', async () => {
  const { main, consumer, told } = await watchingBothWays();
  consumer.onAsked = (layer) => told.push(`layer ${layer} is asked for`);
  consumer.answered = new Promise(() => {});
  main.facts.emit('silent', { idleMs: silentAfterMs, busyMs: 0 });
  expect(told).toEqual(['spare is held back', 'layer 4 is asked for', 'spare is let go']);
});

test('those on another worker are waited for until they have turned', async () => {
  const { main, consumer, told } = await watchingBothWays({ workerIndex: 1 });
  const turn = Promise.withResolvers<void>();
  consumer.answered = turn.promise;
  main.facts.emit('silent', { idleMs: silentAfterMs, busyMs: 0 });
  await settled();
  expect([consumer.asked, told]).toEqual([4, ['spare is held back']]);
  turn.resolve();
  await settled();
  expect(told).toEqual(['spare is held back', 'spare is let go']);
});

test('those who have turned get their keyframe, if somebody on another worker does not turn for long', async () => {
  const { clock, main, consumer, told } = await watchingBothWays({ workerIndex: 1 });
  consumer.answered = new Promise(() => {});
  main.facts.emit('silent', { idleMs: silentAfterMs, busyMs: 0 });
  clock.advance(60);
  await settled();
  expect(told).toEqual(['spare is held back', 'spare is let go']);
});
