import type { MeshEdge } from '@canopy/client/api';
import { expect, test } from 'vitest';
import { checkEdges } from './edges.ts';

const frankfurt = { id: 'eu-central-1', name: 'Frankfurt', latitude: 50, longitude: 8 };
const edge = (change: Partial<MeshEdge> = {}): MeshEdge => ({
  id: 'fra-1',
  region: 'eu-central-1',
  state: 'ready',
  protocol: 2,
  load: 0.1,
  sessions: 0,
  egressBps: 0,
  workers: [],
  highestEpoch: 0,
  ...change,
});
const statuses = (...edges: MeshEdge[]) => checkEdges(edges, [frankfurt]).map(({ status }) => status);

test('edges that take people are well', () => {
  expect(statuses(edge(), edge({ id: 'fra-2' }))).toEqual(['ok']);
});

test('an edge that is lost or quarantined is a failure, one that is full or being emptied a warning', () => {
  expect(statuses(edge(), edge({ state: 'dead' }), edge({ state: 'quarantined' }))).toEqual(['failed', 'failed']);
  expect(statuses(edge(), edge({ state: 'foreign', protocol: 5 }))).toEqual(['failed']);
  expect(statuses(edge(), edge({ load: 0.9 }), edge({ state: 'draining' }))).toEqual(['warning', 'warning']);
});

test('a mesh in which nobody can be placed is a failure', () => {
  expect(statuses()).toEqual(['failed']);
  expect(statuses(edge({ state: 'draining' }))).toEqual(['failed', 'warning']);
});

test('a region that is not in the catalogue gets nobody', () => {
  expect(statuses(edge({ region: 'moon-1' }))).toEqual(['warning']);
});
