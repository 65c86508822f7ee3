import { countryPoint } from './countries.ts';
import type { GeoResult } from './result.ts';

/** The fields of a database record that matter here, in MaxMind's nested layout and in the flat one of ip-location-db. */
interface GeoRecord {
  country?: { iso_code?: unknown };
  registered_country?: { iso_code?: unknown };
  location?: { latitude?: unknown; longitude?: unknown; accuracy_radius?: unknown };
  country_code?: unknown;
  latitude?: unknown;
  longitude?: unknown;
}

/** A number no further from zero than `most`; a damaged file may hold any. */
const number = (value: unknown, most: number): number | undefined =>
  typeof value === 'number' && Math.abs(value) <= most ? value : undefined;

/** Half the way around the earth, km. */
const furthestKm = 20_038;

const code = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[A-Z]{2}$/.test(value) ? value : undefined;

/** Reads a record of any city or country database; undefined when it says nothing about the place. */
export function readRecord(record: object): GeoResult | undefined {
  const { country, registered_country, location, ...flat }: GeoRecord = record;
  const countryCode = code(country?.iso_code) ?? code(flat.country_code) ?? code(registered_country?.iso_code);
  const latitude = number(location?.latitude, 90) ?? number(flat.latitude, 90);
  const longitude = number(location?.longitude, 180) ?? number(flat.longitude, 180);
  const accuracyKm = number(location?.accuracy_radius, furthestKm);
  if (latitude !== undefined && longitude !== undefined) {
    return {
      location: { latitude, longitude },
      ...(countryCode === undefined ? {} : { countryCode }),
      source: 'city',
      ...(accuracyKm === undefined ? {} : { accuracyKm }),
    };
  }
  if (countryCode === undefined) return undefined;
  return { ...countryPoint(countryCode), countryCode, source: 'country' };
}
