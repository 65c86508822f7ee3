import { type GeoProjection, geoEqualEarth, geoPath } from 'd3-geo';
import type { FeatureCollection } from 'geojson';
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

/** The land, as an SVG path. */
export const landPath = geoPath(projection)(continents) ?? '';

/** Where a place is on the map, in units of `mapSize`. */
export function place({ latitude, longitude }: Point): [x: number, y: number] {
  return projection([longitude, latitude]) ?? [0, 0];
}

/** How far an arc bends away from the straight line, as a share of its length. */
const bend = 0.14;

/** A line from one place to another, as an SVG path. It bends to its left, so that there and back are two lines. */
export function arc(from: Point, to: Point): string {
  const [x1, y1] = place(from);
  const [x2, y2] = place(to);
  const controlX = (x1 + x2) / 2 + (y2 - y1) * bend * 2;
  const controlY = (y1 + y2) / 2 - (x2 - x1) * bend * 2;
  return `M${round(x1)},${round(y1)}Q${round(controlX)},${round(controlY)} ${round(x2)},${round(y2)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
