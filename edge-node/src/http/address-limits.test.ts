import { expect, test } from 'vitest';
import { AddressLimits } from './address-limits.ts';

test('an address that asks too often waits, and others do not', () => {
  const limits = new AddressLimits({ ratePerSecond: 1, burst: 2 });
  expect([limits.admits('a', 0), limits.admits('a', 0), limits.admits('a', 0)]).toEqual([true, true, false]);
  expect(limits.admits('b', 0)).toBe(true);
  expect(limits.admits('a', 1_000)).toBe(true);
});

test('the addresses of one network of IPv6 wait together', () => {
  const limits = new AddressLimits({ ratePerSecond: 1, burst: 1 });
  expect(limits.admits('2001:db8:1:2::3', 0)).toBe(true);
  expect(limits.admits('2001:db8:1:2:ffff::', 0)).toBe(false);
  expect(limits.admits('2001:db8:1:3::3', 0)).toBe(true);
});
