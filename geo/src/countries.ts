import points from './country-points.json' with { type: 'json' };
import type { GeoPoint } from './point.ts';

/** Where the people of a country are. */
export interface CountryPoint {
  location: GeoPoint;
  /** Mean distance of its people from that point, km. */
  accuracyKm: number;
}

const byCode = new Map<string, CountryPoint>(
  Object.entries(points.countries).map(([code, [latitude = 0, longitude = 0, accuracyKm = 0]]) => [
    code,
    { location: { latitude, longitude }, accuracyKm },
  ]),
);

/** The place in a country from which its people are nearest in the mean (the population medoid): a better guess for where a client is than the middle of the country's area, which for Canada or Egypt is wilderness. `countryCode` is ISO 3166-1 alpha-2; undefined for a code without data. The table is made by scripts/country-points.ts. */
export function countryPoint(countryCode: string): CountryPoint | undefined {
  return byCode.get(countryCode);
}
