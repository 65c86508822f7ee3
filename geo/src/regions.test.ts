import { describe, expect, it } from 'vitest';
import { countryPoint } from './countries.ts';
import { distanceKm } from './distance.ts';
import { nearestRegion, regionById, regions } from './regions.ts';

describe('region catalogue', () => {
  it('names every region once', () => {
    expect(new Set(regions.map(({ id }) => id)).size).toBe(regions.length);
  });

  it('finds a region by its id', () => {
    expect(regionById('eu-central-1')).toMatchObject({ name: 'Frankfurt', countryCode: 'DE' });
    expect(regionById('moon-1')).toBeUndefined();
  });

  it('finds the region nearest to a place', () => {
    expect(nearestRegion({ latitude: 52.5, longitude: 13.4 }).name).toBe('Frankfurt');
    expect(nearestRegion({ latitude: -17, longitude: 179 }).name).toBe('Auckland');
  });

  it('has every region in or next to its country', () => {
    for (const region of regions) {
      const country = countryPoint(region.countryCode);
      if (country === undefined) throw new Error(`no country point for ${region.countryCode}`);
      expect(distanceKm(region, country.location), region.id).toBeLessThan(Math.max(150, 3.5 * country.accuracyKm));
    }
  });
});
