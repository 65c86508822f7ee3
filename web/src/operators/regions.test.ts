import type { MeshEdge } from '@canopy/client';
import { expect, test } from 'vitest';
import { regionsOf } from './regions.ts';

const location = { latitude: 50, longitude: 8 };
const edge = (id: string, change: Partial<MeshEdge> = {}): MeshEdge => ({
  id,
  region: 'eu-central-1',
  location,
  state: 'ready',
  protocol: 2,
  load: 0.1,
  sessions: 2,
  egressBps: 0,
  workers: [],
  highestEpoch: 0,
  ...change,
});

test('a region shows its worst state, its highest load and all its people', () => {
  const [region] = regionsOf([edge('a'), edge('b', { state: 'dead', sessions: 0 }), edge('c', { load: 0.7 })]);
  expect(region).toMatchObject({ id: 'eu-central-1', state: 'dead', load: 0.7, sessions: 4 });
});

test('a region that nobody knows the place of is not on the map', () => {
  const { location: _, ...placeless } = edge('a');
  expect(regionsOf([placeless])).toEqual([]);
});
