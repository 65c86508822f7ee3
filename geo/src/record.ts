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

const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

const code = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[A-Z]{2}$/.test(value) ? value : undefined;

/** Reads a record of any city or country database; undefined when it says nothing about the place. */
export function readRecord(record: object): GeoResult | undefined {
  const { country, registered_country, location, ...flat }: GeoRecord = record;
  const countryCode = code(country?.iso_code) ?? code(flat.country_code) ?? code(registered_country?.iso_code);
  const latitude = number(location?.latitude) ?? number(flat.latitude);
  const longitude = number(location?.longitude) ?? number(flat.longitude);
  const accuracyKm = number(location?.accuracy_radius);
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
