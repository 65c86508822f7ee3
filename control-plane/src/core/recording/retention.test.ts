import { expect, it } from 'vitest';
import { expiryOf } from './retention.ts';

it('tells when a recording goes by itself: once it has ended, where they are not kept for good', () => {
  expect(expiryOf({ endedAt: 1_000 }, 60_000)).toBe(61_000);
  expect(expiryOf({ endedAt: undefined }, 60_000)).toBeUndefined();
  expect(expiryOf({ endedAt: 1_000 }, undefined)).toBeUndefined();
});
