import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock, VirtualClock } from './clock.ts';

test('never calls before the time is up', async () => {
  const early = Array.from({ length: 300 }, async (_, index) => {
    await new Promise<void>((resolve) => systemClock.after((index % 30) / 7, resolve));
    const delayMs = 20 + (index % 50);
    const setAt = systemClock.now();
    const ms = await new Promise<number>((resolve) =>
      systemClock.after(delayMs, () => resolve(systemClock.now() - setAt)),
    );
    return ms < delayMs ? [{ ms, delayMs }] : [];
  });
  expect((await Promise.all(early)).flat()).toEqual([]);
});

test('waits for longer than timers can', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const day = 86_400_000;
  let isOver = false;
  systemClock.after(60 * day, () => {
    isOver = true;
  });
  vi.advanceTimersByTime(59 * day);
  expect(isOver).toBe(false);
  vi.advanceTimersByTime(day);
  expect(isOver).toBe(true);
});

test('runs timers in the order they fall due', () => {
  const clock = new VirtualClock(1_000);
  const calls: string[] = [];
  clock.after(20, () => calls.push(`late at ${clock.now()}`));
  clock.after(10, () => calls.push(`early at ${clock.now()}`));
  clock.advance(30);
  expect(calls).toEqual(['early at 1010', 'late at 1020']);
  expect(clock.now()).toBe(1_030);
});

test('repeats a periodic timer until it is cancelled', () => {
  const clock = new VirtualClock();
  let calls = 0;
  const cancel = clock.every(10, () => calls++);
  clock.advance(35);
  cancel();
  clock.advance(35);
  expect(calls).toBe(3);
});

test('runs a timer that another timer set within the same advance', () => {
  const clock = new VirtualClock();
  const times: number[] = [];
  clock.after(5, () => clock.after(5, () => times.push(clock.now())));
  clock.advance(10);
  expect(times).toEqual([10]);
});
