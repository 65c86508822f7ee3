import { expect, it } from 'vitest';
import { nextAttemptAt, offeredForMs } from './retrying.ts';

it('waits longer after each failure, never less than half of what it could be, and gives up after a day', () => {
  let now = 0;
  const waits: number[] = [];
  for (let attempts = 1; ; attempts += 1) {
    const next = nextAttemptAt(attempts, 0, now, 0);
    if (next === undefined) break;
    waits.push(next - now);
    now = next;
  }
  expect(waits.slice(0, 4)).toEqual([2_500, 5_000, 10_000, 20_000]);
  expect(Math.max(...waits)).toBe(2 * 3_600_000);
  expect(now).toBeLessThanOrEqual(offeredForMs);
  expect(waits.length).toBeGreaterThan(15);
});
