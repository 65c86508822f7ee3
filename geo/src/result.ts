import type { GeoPoint } from './point.ts';

/** Which file the location comes from. `country`: only the country is known, the location is where its people live. */
export type GeoSource = 'override' | 'city' | 'country' | 'none';

/** What is known about where an address is. Without `location`, nobody knows. */
export interface GeoResult {
  location?: GeoPoint;
  /** ISO 3166-1 alpha-2. */
  countryCode?: string;
  /** The region an override assigns the address to. */
  region?: string;
  source: GeoSource;
  /** How far off the location may easily be, km; absent when the source does not say. */
  accuracyKm?: number;
}

export const nowhere: GeoResult = { source: 'none' };
