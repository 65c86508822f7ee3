import { expect, test } from 'vitest';
import { Ramp } from './ramp.ts';

const bounds = { start: 10, least: 5, most: 40, patienceMs: 300 };

test('it rises to its bound while joins are answered in time', () => {
  const ramp = new Ramp(bounds);
  for (let second = 0; second < 20; second += 1) ramp.heed([20, 30, 299], 1);
  expect(ramp.perSecond).toBe(40);
});

test('it falls to its bound while more than a few joins are late', () => {
  const ramp = new Ramp(bounds);
  ramp.heed([20, 301], 0);
  expect(ramp.perSecond).toBe(6);
  for (let second = 0; second < 20; second += 1) ramp.heed([500], 0);
  expect(ramp.perSecond).toBe(5);
});

test('joins that are not answered at all slow it down', () => {
  const ramp = new Ramp(bounds);
  ramp.heed([], 11);
  expect(ramp.perSecond).toBe(6);
});
