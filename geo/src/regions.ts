import { distanceKm } from './distance.ts';
import type { GeoPoint } from './point.ts';

/** A cloud region that edges can be in. The coordinates are those of the city it is named by, not of its data centres. */
export interface Region extends GeoPoint {
  id: string;
  /** City or state, as the provider names it. */
  name: string;
  /** ISO 3166-1 alpha-2. */
  countryCode: string;
}

function region(id: string, name: string, countryCode: string, latitude: number, longitude: number): Region {
  return { id, name, countryCode, latitude, longitude };
}

/** Commercial regions of AWS (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html). */
export const regions: readonly Region[] = [
  region('af-south-1', 'Cape Town', 'ZA', -33.92, 18.42),
  region('ap-east-1', 'Hong Kong', 'HK', 22.32, 114.17),
  region('ap-east-2', 'Taipei', 'TW', 25.03, 121.57),
  region('ap-northeast-1', 'Tokyo', 'JP', 35.68, 139.69),
  region('ap-northeast-2', 'Seoul', 'KR', 37.57, 126.98),
  region('ap-northeast-3', 'Osaka', 'JP', 34.69, 135.5),
  region('ap-south-1', 'Mumbai', 'IN', 19.08, 72.88),
  region('ap-south-2', 'Hyderabad', 'IN', 17.39, 78.49),
  region('ap-southeast-1', 'Singapore', 'SG', 1.35, 103.82),
  region('ap-southeast-2', 'Sydney', 'AU', -33.87, 151.21),
  region('ap-southeast-3', 'Jakarta', 'ID', -6.21, 106.85),
  region('ap-southeast-4', 'Melbourne', 'AU', -37.81, 144.96),
  region('ap-southeast-5', 'Kuala Lumpur', 'MY', 3.14, 101.69),
  region('ap-southeast-6', 'Auckland', 'NZ', -36.85, 174.76),
  region('ap-southeast-7', 'Bangkok', 'TH', 13.76, 100.5),
  region('ca-central-1', 'Montréal', 'CA', 45.5, -73.57),
  region('ca-west-1', 'Calgary', 'CA', 51.05, -114.07),
  region('eu-central-1', 'Frankfurt', 'DE', 50.11, 8.68),
  region('eu-central-2', 'Zürich', 'CH', 47.38, 8.54),
  region('eu-north-1', 'Stockholm', 'SE', 59.33, 18.07),
  region('eu-south-1', 'Milan', 'IT', 45.46, 9.19),
  region('eu-south-2', 'Zaragoza', 'ES', 41.65, -0.88),
  region('eu-west-1', 'Dublin', 'IE', 53.35, -6.26),
  region('eu-west-2', 'London', 'GB', 51.51, -0.13),
  region('eu-west-3', 'Paris', 'FR', 48.86, 2.35),
  region('il-central-1', 'Tel Aviv', 'IL', 32.09, 34.78),
  region('me-central-1', 'Dubai', 'AE', 25.2, 55.27),
  region('me-south-1', 'Manama', 'BH', 26.07, 50.55),
  region('mx-central-1', 'Querétaro', 'MX', 20.59, -100.39),
  region('sa-east-1', 'São Paulo', 'BR', -23.55, -46.63),
  region('us-east-1', 'Ashburn', 'US', 39.04, -77.49),
  region('us-east-2', 'Columbus', 'US', 39.96, -83.0),
  region('us-west-1', 'San Francisco', 'US', 37.77, -122.42),
  region('us-west-2', 'Boardman', 'US', 45.84, -119.7),
];

const regionsById = new Map(regions.map((known) => [known.id, known]));

/** Undefined for a region the catalogue does not know. */
export function regionById(id: string): Region | undefined {
  return regionsById.get(id);
}

/** The one whose city is the least far from a place. */
export function nearestRegion(place: GeoPoint): Region {
  return regions.reduce((best, next) => (distanceKm(next, place) < distanceKm(best, place) ? next : best));
}
