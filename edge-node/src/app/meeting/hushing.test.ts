import { TrackSource } from '@canopy/proto/media';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { forgottenAfterMs } from '../../core/speaking/voice.ts';
import { toyProducer } from '../../testing/toy-feed.ts';
import { LocalFeed } from '../cascade/local-feed.ts';
import type { Levels, MediaRouter } from '../ports/media.ts';
import { Hushing } from './hushing.ts';

const everyMs = 250;

/** A router whose levels the test gives. */
class ToyRouter implements MediaRouter {
  readonly workerIndex = 0;
  readonly closed = false;
  readonly added: string[] = [];
  opened = 0;
  measured: (levels: ReadonlyMap<string, number>) => void = () => {};
  readonly openClientTransport = never;
  readonly openPipe = never;
  readonly openOutlet = never;
  readonly openLoudness = never;

  async openLevels(): Promise<Levels> {
    this.opened++;
    return {
      closed: false,
      close: () => {},
      onClosed: () => {},
      add: async ({ id }) => void this.added.push(id),
      onMeasured: (listener) => {
        this.measured = listener;
      },
    };
  }

  close(): void {}

  onClosed(): void {}
}

async function never(): Promise<never> {
  throw new Error('not in this test');
}

async function meeting(places: number, ...names: string[]) {
  const clock = new VirtualClock();
  const router = new ToyRouter();
  const hushing = new Hushing({ places, clock, logger: silentLogger });
  const feeds = new Map<string, LocalFeed>();
  const publish = async (name: string, muted = false) => {
    const ids = { edgeId: 'e', workerIndex: 0, source: TrackSource.MICROPHONE };
    const feed = new LocalFeed({ ...ids, producer: toyProducer(name), muted, clock });
    feeds.set(name, feed);
    hushing.add(router, feed);
    await new Promise((resolve) => void setImmediate(resolve));
    return feed;
  };
  for (const name of names) await publish(name);
  return {
    clock,
    router,
    publish,
    /** A quarter of a second in which these were measured. */
    hear: (levels: Record<string, number>) => {
      clock.advance(everyMs);
      router.measured(new Map(Object.entries(levels)));
    },
    mute: (name: string, muted: boolean) => feeds.get(name)?.setMuted(muted),
    hushed: () => [...feeds].flatMap(([name, { hushed }]) => (hushed ? [name] : [])),
  };
}

test('nothing is measured where there are places for all', async () => {
  const { router, publish } = await meeting(2, 'a', 'b');
  await publish('c', true);
  expect(router.opened).toBe(0);
  await publish('d');
  expect([router.opened, router.added]).toEqual([1, ['a', 'b', 'd']]);
});

test('a microphone is hushed once it is known that others are louder', async () => {
  const { hear, hushed } = await meeting(1, 'a', 'b', 'c');
  expect(hushed()).toEqual([]);
  hear({ a: -30, b: -80 });
  expect(hushed()).toEqual(['b']);
});

test('a microphone that is not measured any more is let go', async () => {
  const { hear, hushed, clock } = await meeting(1, 'a', 'b');
  hear({ a: -30, b: -80 });
  clock.advance(forgottenAfterMs - 1);
  expect(hushed()).toEqual(['b']);
  clock.advance(1);
  expect(hushed()).toEqual([]);
});

test('a microphone that is not measured any more is let go no later because somebody set the clock back', async () => {
  const { hear, hushed, clock } = await meeting(1, 'a', 'b');
  hear({ a: -30, b: -80 });
  clock.set(-3_600_000);
  clock.advance(forgottenAfterMs);
  expect(hushed()).toEqual([]);
});

test('a microphone that is muted takes no place, and is heard at once when it is open again', async () => {
  const { hear, hushed, mute } = await meeting(1, 'a', 'b', 'c');
  hear({ a: -30, b: -80, c: -80 });
  mute('a', true);
  mute('b', true);
  expect(hushed()).toEqual([]);
  mute('b', false);
  mute('a', false);
  expect(hushed()).toEqual([]);
  hear({ a: -80, b: -30, c: -80 });
  expect(hushed()).toEqual(['a', 'c']);
});
