import { expect, test } from 'vitest';
import { GuestList } from './guest-list.ts';

/** How many of that many datagrams from there are let through at once. */
function admitted(guests: GuestList, count: number, address: (index: number) => string): number {
  return Array.from({ length: count }, (_, index) => guests.admits(address(index))).filter(Boolean).length;
}

test('strangers share one allowance, whatever addresses they claim', () => {
  const guests = new GuestList(() => 0);
  expect(admitted(guests, 10_000, (index) => `10.${index >> 8}.${index & 255}.1:1`)).toBe(100);
});

test('strangers who used up their allowance do not keep a known edge out', () => {
  const guests = new GuestList(() => 0);
  guests.add('10.0.0.2:1');
  admitted(guests, 10_000, () => '192.0.2.1:1');
  expect(guests.admits('10.0.0.2:1')).toBe(true);
});

test('a known edge that sends too much is held back, and others are not', () => {
  const guests = new GuestList(() => 0);
  guests.add('10.0.0.2:1');
  guests.add('10.0.0.3:1');
  expect(admitted(guests, 1_000, () => '10.0.0.2:1')).toBe(20);
  expect(guests.admits('10.0.0.3:1')).toBe(true);
});

test('an edge that left is a stranger again', () => {
  const guests = new GuestList(() => 0);
  guests.add('10.0.0.2:1');
  guests.remove('10.0.0.2:1');
  expect(admitted(guests, 1_000, () => '10.0.0.2:1')).toBe(100);
});
