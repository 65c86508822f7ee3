import { VirtualClock } from '@canopy/runtime/clock';
import { expect, test } from 'vitest';
import { ToyFeed } from '../../testing/toy-feed.ts';
import { timeFailover } from './failover.ts';

function lostWay(begun = true) {
  const clock = new VirtualClock();
  const [from, to] = [new ToyFeed('main'), new ToyFeed('spare')];
  from.received = { idleMs: 30, busyMs: 0, begun };
  const timed = timeFailover('lost', from, to, clock);
  /** Lets time pass in steps, so that whoever waits for one comes to wait for the next. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      clock.advance(10);
    }
  };
  return { to, timed, pass };
}

test('a gap lasts from the last byte over the old way to the first over the new one', async () => {
  const { to, timed, pass } = lostWay();
  await pass(50);
  to.receivedBytes = 1_200;
  await pass(50);
  expect(await timed).toEqual({ cause: 'lost', gapMs: 90 });
});

test('a gap does not end when nothing comes, or when the new way is lost as well', async () => {
  const silent = lostWay();
  await silent.pass(5_100);
  expect(await silent.timed).toEqual({ cause: 'lost', gapMs: undefined });
  const gone = lostWay();
  await gone.pass(50);
  gone.to.gone = true;
  await gone.pass(50);
  expect(await gone.timed).toEqual({ cause: 'lost', gapMs: undefined });
});

test('a track that ends, which one way tells before the other, changes to none', async () => {
  const { to, timed, pass } = lostWay();
  await pass(10);
  to.gone = true;
  to.ended = true;
  await pass(50);
  expect(await timed).toBeUndefined();
});

test('a way that is slower to begin than the other is none that failed', async () => {
  const { to, timed, pass } = lostWay(false);
  to.receivedBytes = 1_200;
  await pass(50);
  expect(await timed).toBeUndefined();
});
