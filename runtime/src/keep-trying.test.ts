import { setImmediate as settled } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { VirtualClock } from './clock.ts';
import { CanopyError } from './errors.ts';
import { keepTrying } from './keep-trying.ts';

const options = { initialMs: 1_000, maxMs: 4_000, random: () => 1 };

/** Runs the clock for so many seconds and lets work go on after each. */
async function pass(clock: VirtualClock, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await settled();
    clock.advance(1_000);
  }
  await settled();
}

test('tries again, at longer and longer intervals, until it succeeds', async () => {
  const clock = new VirtualClock();
  const tried: number[] = [];
  const trying = keepTrying(
    async () => {
      tried.push(clock.now());
      if (tried.length < 5) throw new CanopyError('TIMEOUT');
      return 'done';
    },
    { ...options, clock, until: 60_000 },
  );
  await pass(clock, 20);
  expect(await trying).toBe('done');
  expect(tried).toEqual([0, 1_000, 3_000, 7_000, 11_000]);
});

test('gives up in time, and at once what will not pass', async () => {
  const clock = new VirtualClock();
  let tries = 0;
  const failing = (code: 'TIMEOUT' | 'FORBIDDEN') =>
    keepTrying(
      async () => {
        tries += 1;
        throw new CanopyError(code);
      },
      { ...options, clock, until: 2_500 },
    );
  await expect(failing('FORBIDDEN')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(tries).toBe(1);
  const late = expect(failing('TIMEOUT')).rejects.toMatchObject({ code: 'TIMEOUT' });
  await pass(clock, 20);
  await late;
  expect(tries).toBe(4);
});

test('is given up as soon as its signal aborts, after it told of what failed', async () => {
  const clock = new VirtualClock();
  const stopping = new AbortController();
  const told: unknown[] = [];
  const passing = new CanopyError('STATE_UNAVAILABLE');
  const failing = keepTrying(() => Promise.reject(passing), {
    ...options,
    clock,
    signal: stopping.signal,
    onFailed: (error) => void told.push(error),
  });
  await pass(clock, 2);
  const reason = new Error('it is somebody else’s now');
  stopping.abort(reason);
  await expect(failing).rejects.toBe(reason);
  expect(told).toEqual([passing, passing]);
});
