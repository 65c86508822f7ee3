import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceKm } from './distance.ts';
import { anyPoint } from './testing/points.ts';

const frankfurt = { latitude: 50.11, longitude: 8.68 };
const sydney = { latitude: -33.87, longitude: 151.21 };

describe('distanceKm', () => {
  it('knows how far Sydney is from Frankfurt', () => {
    expect(distanceKm(frankfurt, sydney)).toBeCloseTo(16_483, -1);
  });

  it('crosses the date line by the short way', () => {
    const tonga = { latitude: 0, longitude: 179.5 };
    const samoa = { latitude: 0, longitude: -179.5 };
    expect(distanceKm(tonga, samoa)).toBeCloseTo(111.2, 1);
  });

  it('is half the circumference between antipodes', () => {
    expect(distanceKm({ latitude: 90, longitude: 0 }, { latitude: -90, longitude: 0 })).toBeCloseTo(20_015, 0);
  });

  it('is a metric, to the metre: half-way round the world the formula loses digits', () => {
    fc.assert(
      fc.property(anyPoint, anyPoint, anyPoint, (a, b, c) => {
        expect(distanceKm(a, a)).toBe(0);
        expect(distanceKm(a, b)).toBeCloseTo(distanceKm(b, a), 6);
        expect(distanceKm(a, c)).toBeLessThanOrEqual(distanceKm(a, b) + distanceKm(b, c) + 1e-3);
      }),
    );
  });
});
