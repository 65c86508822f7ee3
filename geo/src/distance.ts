import type { GeoPoint } from './point.ts';

/** Mean radius R1 of the Earth, km (IUGG; Moritz, "Geodetic Reference System 1980", 2000). */
const earthRadiusKm = 6371.0088;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great-circle distance in km by the haversine formula (Sinnott, "Virtues of the Haversine", Sky & Telescope 68(2), 1984), which stays exact for near points. Off by at most 0.6 % because the Earth is no sphere. */
export function distanceKm(a: GeoPoint, b: GeoPoint): number {
  const halfLatitude = Math.sin(radians(b.latitude - a.latitude) / 2) ** 2;
  const halfLongitude = Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  const haversine = halfLatitude + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * halfLongitude;
  return 2 * earthRadiusKm * Math.asin(Math.sqrt(Math.min(1, haversine)));
}
