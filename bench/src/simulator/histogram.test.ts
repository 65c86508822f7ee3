import { expect, test } from 'vitest';
import { Histogram } from './histogram.ts';

test('tells mean and percentiles of weighted values', () => {
  const histogram = new Histogram();
  histogram.add(10, 98);
  histogram.add(1_000, 2);
  expect(histogram.summary()).toEqual({ mean: 29.8, p50: 10, p95: 10, p99: 1_000 });
});

test('is all zero without values', () => {
  expect(new Histogram().summary()).toEqual({ mean: 0, p50: 0, p95: 0, p99: 0 });
});
