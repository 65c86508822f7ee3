import { expect, test } from 'vitest';
import { minutesAndSeconds } from './time-left.ts';

test('a countdown ends at zero, and not before', () => {
  expect([65_000, 60_000, 59_001, 1, 0, -5].map(minutesAndSeconds)).toEqual([
    '1:05',
    '1:00',
    '1:00',
    '0:01',
    '0:00',
    '0:00',
  ]);
});
