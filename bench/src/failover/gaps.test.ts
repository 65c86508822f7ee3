import { expect, test } from 'vitest';
import { countWithoutMedia, gaps } from './gaps.ts';

test('percentiles are of the gaps that ended, and those that never did are counted', () => {
  const values = [120, Number.POSITIVE_INFINITY, 40.04, 80];
  expect(gaps(values)).toEqual({ p50: 80, p95: 120, p99: 120, max: 120 });
  expect(countWithoutMedia(values)).toBe(1);
});

test('where nobody got media again no gap passes for a short one', () => {
  const values = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  expect(JSON.parse(JSON.stringify(gaps(values)))).toEqual({ p50: null, p95: null, p99: null, max: null });
  expect(countWithoutMedia(values)).toBe(2);
  expect(gaps([])).toEqual({ p50: 0, p95: 0, p99: 0, max: 0 });
});
