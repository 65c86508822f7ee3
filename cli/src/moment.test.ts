import { expect, test } from 'vitest';
import { moment } from './moment.ts';

test('a time is so long ago, or a date', () => {
  const now = Date.UTC(2026, 10, 29, 3, 30);
  expect(moment('15m', now)).toBe(Date.UTC(2026, 10, 29, 3, 15));
  expect(moment('1d', now)).toBe(Date.UTC(2026, 10, 28, 3, 30));
  expect(moment('2026-11-29T02:00:00Z', now)).toBe(Date.UTC(2026, 10, 29, 2));
  for (const wrong of ['', 'yesterday', '15', '3 h', 'May 5 2026', '2026-13-01', '90000d'])
    expect(() => moment(wrong, now), wrong).toThrow('is no time like');
});
