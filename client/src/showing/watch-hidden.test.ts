import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchHidden } from './watch-hidden.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function watched() {
  const page = Object.assign(new EventTarget(), { hidden: false });
  vi.stubGlobal('document', page);
  const told: boolean[] = [];
  const stop = watchHidden((hidden) => told.push(hidden));
  const turn = (hidden: boolean) => {
    page.hidden = hidden;
    page.dispatchEvent(new Event('visibilitychange'));
  };
  return { told, turn, stop };
}

test('a page is hidden once nobody has looked at it for a while, and shown at once', () => {
  const { told, turn } = watched();
  turn(true);
  vi.advanceTimersByTime(9_999);
  expect(told).toEqual([false]);
  vi.advanceTimersByTime(1);
  turn(false);
  expect(told).toEqual([false, true, false]);
});

test('a glance at another tab hides nothing, nor what happens after the end', () => {
  const { told, turn, stop } = watched();
  turn(true);
  vi.advanceTimersByTime(9_000);
  turn(false);
  vi.advanceTimersByTime(10_000);
  turn(true);
  stop();
  vi.advanceTimersByTime(10_000);
  turn(false);
  expect(told).toEqual([false, false]);
});
