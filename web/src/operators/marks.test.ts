import type { MeshEdge } from '@canopy/client';
import { expect, test } from 'vitest';
import { marksOf } from './marks.ts';

const places = {
  'eu-central-1': { latitude: 50.11, longitude: 8.68 },
  'eu-west-2': { latitude: 51.51, longitude: -0.13 },
  'eu-west-3': { latitude: 48.86, longitude: 2.35 },
  'us-east-1': { latitude: 39.04, longitude: -77.49 },
};

const edge = (id: string, region: keyof typeof places, change: Partial<MeshEdge> = {}): MeshEdge => ({
  id,
  region,
  location: places[region],
  state: 'ready',
  protocol: 2,
  load: 0.1,
  sessions: 2,
  egressBps: 0,
  workers: [],
  highestEpoch: 0,
  ...change,
});

test('the edges of a region have one mark, with its worst state and all its people', () => {
  const edges = [
    edge('a', 'eu-central-1'),
    edge('b', 'eu-central-1', { state: 'dead', sessions: 0 }),
    edge('c', 'eu-central-1', { load: 0.7 }),
  ];
  expect(marksOf(edges)).toEqual([
    {
      id: 'eu-central-1',
      regions: ['eu-central-1'],
      location: places['eu-central-1'],
      edges,
      state: 'dead',
      sessions: 4,
    },
  ]);
});

test('regions whose marks would cover each other share one, whichever edge is heard of first', () => {
  const edges = [
    edge('us', 'us-east-1'),
    edge('par', 'eu-west-3'),
    edge('lon', 'eu-west-2'),
    edge('fra', 'eu-central-1'),
  ];
  for (const order of [edges, edges.toReversed()])
    expect(marksOf(order).map(({ id, regions }) => [id, ...regions])).toEqual([
      ['eu-central-1', 'eu-central-1', 'eu-west-2', 'eu-west-3'],
      ['us-east-1', 'us-east-1'],
    ]);
});

test('a region that nobody knows the place of is not on the map', () => {
  const { location: _, ...placeless } = edge('a', 'us-east-1');
  expect(marksOf([placeless])).toEqual([]);
});
