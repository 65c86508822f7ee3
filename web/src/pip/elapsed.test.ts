import { expect, test } from 'vitest';
import { elapsed } from './elapsed.ts';

test.each([
  [0, '0:00'],
  [67_900, '1:07'],
  [3_600_000 + 4 * 60_000 + 7_000, '1:04:07'],
])('%i ms is %s', (ms, shown) => {
  expect(elapsed(ms)).toBe(shown);
});
