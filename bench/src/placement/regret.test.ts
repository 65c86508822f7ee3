import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { readRegionData } from '../region-data.ts';
import { cityDraw, largeCities } from './cities.ts';
import { measureRegret } from './regret.ts';

const data = await readRegionData(new URL('../../data/aws-12-regions.json', import.meta.url));
const cities = largeCities();

const regret = (noise: number, seed = 1) =>
  measureRegret(data, { cities, clients: 2_000, noise, lastMileMs: 20, random: seededRandom(seed) });

describe('measureRegret', () => {
  it('finds no regret where the estimate is the truth', () => {
    expect(regret(0).city).toEqual({ mean: 0, p50: 0, p95: 0, sameEdge: 1 });
  });

  it('finds that knowing more is better', () => {
    const { countryOnly, city, measuredShortlist, nearestByTrueRtt } = regret(0.3);
    expect(city.mean).toBeLessThan(countryOnly.mean);
    expect(measuredShortlist.mean).toBeLessThan(city.mean);
    expect(measuredShortlist.mean).toBeLessThan(nearestByTrueRtt.mean);
  });

  it('gives the same figures for the same seed', () => {
    expect(regret(0.3)).toEqual(regret(0.3));
    expect(regret(0.3)).not.toEqual(regret(0.3, 2));
  });
});

describe('cityDraw', () => {
  it('draws large cities more often than small ones', () => {
    const at = { latitude: 0, longitude: 0 };
    const pair = [
      { ...at, countryCode: 'AA', population: 900 },
      { ...at, countryCode: 'BB', population: 100 },
    ];
    const draw = cityDraw(pair, seededRandom(1));
    const drawn = Array.from({ length: 2_000 }, () => draw().countryCode);
    const small = drawn.filter((code) => code === 'BB').length;
    expect(small).toBeGreaterThan(140);
    expect(small).toBeLessThan(260);
  });
});
