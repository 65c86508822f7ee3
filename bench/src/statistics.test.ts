import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slope } from './statistics.ts';

describe('slope', () => {
  it('is that of a line, wherever the line begins', () => {
    const whole = fc.integer({ min: -1_000, max: 1_000 });
    fc.assert(
      fc.property(whole, whole, fc.uniqueArray(whole, { minLength: 2 }), (rise, start, xs) => {
        expect(slope(xs.map((x) => ({ x, y: start + rise * x })))).toBeCloseTo(rise, 6);
      }),
    );
  });

  it('lies between points that are not on one line', () => {
    const points = [
      { x: 0, y: 0 },
      { x: 1, y: 3 },
      { x: 2, y: 3 },
    ];
    expect(slope(points)).toBeCloseTo(1.5);
  });

  it('is 0 of nothing, and of one place', () => {
    expect(slope([])).toBe(0);
    expect(slope([{ x: 4, y: 1 }])).toBe(0);
  });
});
