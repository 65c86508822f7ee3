import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from './random.ts';
import { mean } from './statistics.ts';

describe('seededRandom', () => {
  it('gives the same numbers for the same seed and others for another', () => {
    const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed).unit);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('stays within its ranges', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 1_000 }), (seed, count) => {
        const random = seededRandom(seed);
        for (let draw = 0; draw < 20; draw++) {
          expect(random.unit()).toBeLessThan(1);
          expect(random.index(count)).toBeLessThan(count);
          expect(Number.isFinite(random.normal())).toBe(true);
        }
      }),
    );
  });

  it('is spread as it should be', () => {
    const random = seededRandom(3);
    const normal = Array.from({ length: 20_000 }, random.normal);
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((value) => value ** 2))).toBeCloseTo(1, 1);
    expect(mean(Array.from({ length: 20_000 }, random.unit))).toBeCloseTo(0.5, 1);
  });
});
