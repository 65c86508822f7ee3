import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { watchPace } from './pace.ts';

const demand = { withinMs: 250, patienceMs: 10_000 };

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

/** How often work is missed that takes so long each time, with a pause of as long after it. */
function missedIn(ms: number, tookMs: number): number {
  const missed = vi.fn();
  const pace = watchPace(demand, missed);
  for (let passed = 0; passed < ms; passed += 2 * tookMs) {
    pace.begin();
    vi.advanceTimersByTime(tookMs);
    pace.end();
    vi.advanceTimersByTime(tookMs);
  }
  pace.stop();
  return missed.mock.calls.length;
}

test('work that keeps pace is not missed', () => {
  expect(missedIn(100_000, 200)).toBe(0);
});

test('work that is slow again and again is missed, once', () => {
  expect(missedIn(9_000, 300)).toBe(0);
  expect(missedIn(100_000, 300)).toBe(1);
});

test('no work is missed before there is any', () => {
  const missed = vi.fn();
  watchPace(demand, missed);
  vi.advanceTimersByTime(100_000);
  expect(missed).not.toBeCalled();
});

test('work that never ends is missed, unless nobody watches any more', () => {
  const missed = vi.fn();
  const left = watchPace(demand, missed);
  left.begin();
  left.stop();
  vi.advanceTimersByTime(20_000);
  expect(missed).not.toBeCalled();

  const pace = watchPace(demand, missed);
  pace.begin();
  vi.advanceTimersByTime(10_000);
  expect(missed).toBeCalledTimes(1);
  pace.begin();
  pace.end();
  vi.advanceTimersByTime(20_000);
  expect(missed).toBeCalledTimes(1);
  pace.begin();
  vi.advanceTimersByTime(10_000);
  expect(missed).toBeCalledTimes(2);
});
