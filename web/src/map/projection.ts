import { type GeoProjection, geoEqualEarth, geoPath } from 'd3-geo';
import type { Feature, FeatureCollection, LineString } from 'geojson';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import land from 'world-atlas/land-110m.json';

export interface Point {
  latitude: number;
  longitude: number;
}

export const mapSize = { width: 960, height: 470 };

const atlas = land as Topology<{ land: GeometryCollection }>;
const continents: FeatureCollection = feature(atlas, atlas.objects.land);

/** The inhabited world without Antarctica, cut where the Pacific is emptiest. */
const projection: GeoProjection = geoEqualEarth()
  .rotate([-11, 0])
  .fitExtent(
    [
      [4, 4],
      [mapSize.width - 4, mapSize.height - 4],
    ],
    {
      type: 'MultiPoint',
      coordinates: [
        [-148, 22],
        [179, -18],
        [0, 79],
        [0, -56],
      ],
    },
  );
const path = geoPath(projection);

/** The land, as an SVG path. */
export const landPath = path(continents) ?? '';

/** Where a place is on the map, in units of `mapSize`. */
export function place({ latitude, longitude }: Point): [x: number, y: number] {
  return projection([longitude, latitude]) ?? [0, 0];
}

/** The great circle from one place to another, as an SVG path. */
export function arc(from: Point, to: Point): string {
  const line: Feature<LineString> = {
    type: 'Feature',
    properties: {},
    geometry: {
      type: 'LineString',
      coordinates: [
        [from.longitude, from.latitude],
        [to.longitude, to.latitude],
      ],
    },
  };
  return path(line) ?? '';
}
