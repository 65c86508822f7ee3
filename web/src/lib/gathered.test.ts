import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gathered } from './gathered.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what comes alone is told at once, what comes in a burst once more after a rest, which is three times the work', () => {
  let nowMs = 0;
  const tell = vi.fn(() => {
    nowMs += 20;
  });
  const changed = gathered(tell, () => nowMs);
  changed();
  expect(tell).toHaveBeenCalledTimes(1);
  for (let at = 0; at < 50; at += 10) {
    changed();
    vi.advanceTimersByTime(10);
  }
  expect(tell).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(11);
  expect(tell).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1_000);
  expect(tell).toHaveBeenCalledTimes(2);
  changed();
  expect(tell).toHaveBeenCalledTimes(3);
});

test('a machine that slept meanwhile is not taken for one that worked so long', () => {
  let nowMs = 0;
  const tell = vi.fn();
  const changed = gathered(tell, () => nowMs);
  changed();
  nowMs += 8 * 60 * 60 * 1_000;
  vi.advanceTimersByTime(1);
  changed();
  vi.advanceTimersByTime(1_000);
  expect(tell).toHaveBeenCalledTimes(2);
});
