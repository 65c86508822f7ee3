import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

test('grows up to its limit and spreads callers over the whole wait', () => {
  const options = { initialMs: 100, maxMs: 1_000 };
  expect([0, 1, 2, 3, 4, 40].map((attempt) => backoffMs(attempt, options, 0.999))).toEqual([
    100, 200, 400, 799, 999, 999,
  ]);
  expect(backoffMs(3, options, 0)).toBe(0);
});

test('never leaves its bounds', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
      const wait = backoffMs(attempt, { initialMs: 50, maxMs: 5_000 }, random);
      return wait >= 0 && wait <= 5_000;
    }),
  );
});
