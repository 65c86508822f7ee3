import { distanceKm } from '@canopy/geo/distance';
import { largeCities } from '../placement/cities.ts';
import type { RegionData } from '../region-data.ts';

/** Region → share of all people, 0 to 1. */
export type Shares = ReadonlyMap<string, number>;

/** The share of the people of the world's large cities who live nearest to each region. */
export function populationShares(data: RegionData): Shares {
  const people = new Map<string, number>();
  let all = 0;
  for (const city of largeCities()) {
    const distanceTo = (id: string) => {
      const place = data.places.get(id);
      return place === undefined ? Number.POSITIVE_INFINITY : distanceKm(city, place);
    };
    const nearest = data.ids.reduce((best, next) => (distanceTo(next) < distanceTo(best) ? next : best));
    people.set(nearest, (people.get(nearest) ?? 0) + city.population);
    all += city.population;
  }
  return new Map([...people].map(([id, count]) => [id, count / all]));
}
