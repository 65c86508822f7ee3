import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gathered } from './gathered.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what comes alone is told at once, what comes in a burst once more at the end of it', () => {
  const tell = vi.fn();
  const changed = gathered(tell, 100);
  changed();
  expect(tell).toHaveBeenCalledTimes(1);
  for (let at = 0; at < 90; at += 10) {
    changed();
    vi.advanceTimersByTime(10);
  }
  expect(tell).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(10);
  expect(tell).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1_000);
  expect(tell).toHaveBeenCalledTimes(2);
  changed();
  expect(tell).toHaveBeenCalledTimes(3);
});
