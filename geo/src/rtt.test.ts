import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GeoPoint } from './point.ts';
import { estimateRttMs, fibreRttMs } from './rtt.ts';
import { anyPoint } from './testing/points.ts';

interface Measurements {
  regions: Record<string, GeoPoint>;
  rttMs: Record<string, Record<string, number>>;
}

const file = new URL('../../bench/data/aws-12-regions.json', import.meta.url);
const measurements: Measurements = JSON.parse(readFileSync(file, 'utf8'));

function relativeErrors({ regions, rttMs }: Measurements): number[] {
  return Object.entries(rttMs).flatMap(([from, row]) =>
    Object.entries(row).flatMap(([to, measured]) => {
      const a = regions[from];
      const b = regions[to];
      if (a === undefined || b === undefined) throw new Error(`no place for ${from} or ${to}`);
      return Math.abs(estimateRttMs(a, b) - measured) / measured;
    }),
  );
}

describe('estimateRttMs', () => {
  it('is within 17 % of the measured RTT for half of the pairs of cloud regions', () => {
    const errors = relativeErrors(measurements).sort((a, b) => a - b);
    expect(errors).toHaveLength(132);
    expect(errors[66]).toBeLessThan(0.17);
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.19);
  });

  it('is never below what light in fibre needs on the great circle', () => {
    fc.assert(
      fc.property(anyPoint, anyPoint, (a, b) => {
        expect(estimateRttMs(a, b)).toBeGreaterThanOrEqual(fibreRttMs(a, b));
      }),
    );
  });
});
