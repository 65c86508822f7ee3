import type { MeshEdge, MeshLink } from '@canopy/client';
import { expect, test } from 'vitest';
import { waysOf, widthOf } from './link-health.ts';

const edge = (id: string, state: MeshEdge['state'] = 'ready'): MeshEdge => ({
  id,
  region: id,
  state,
  protocol: 2,
  load: 0,
  sessions: 0,
  egressBps: 0,
  workers: [],
  highestEpoch: 0,
});

const link = (parent: string, child: string, bitrateBps: number, loss: number | null = null): MeshLink => ({
  meetingId: 'm',
  parent,
  child,
  epoch: 1,
  rttMs: null,
  loss,
  tracks: [{ id: 't', originEdgeId: parent, kind: 'video', bitrateBps, layers: 1, layersTotal: 1 }],
});

const healthOf = (one: MeshLink, from = edge('a'), to = edge('b')) => waysOf([from, to], [one])[0]?.health;

test('links of several meetings between the same two edges are one way, the other direction is another', () => {
  const ways = waysOf([edge('a'), edge('b')], [link('a', 'b', 100), link('a', 'b', 200), link('b', 'a', 900)]);
  expect(ways.map(({ from, bitrateBps, tracks }) => [from.id, bitrateBps, tracks])).toEqual([
    ['b', 900, 1],
    ['a', 300, 2],
  ]);
});

test('loss and the state of its ends make a way strained or failing', () => {
  expect(healthOf(link('a', 'b', 100, 0))).toBe('well');
  expect(healthOf(link('a', 'b', 0))).toBe('waiting');
  expect(healthOf(link('a', 'b', 100, 0.02))).toBe('strained');
  expect(healthOf(link('a', 'b', 100), edge('a', 'draining'))).toBe('strained');
  expect(healthOf(link('a', 'b', 100, 0.06))).toBe('failing');
  expect(healthOf(link('a', 'b', 100), edge('a'), edge('b', 'dead'))).toBe('failing');
});

test('a link to an edge that nobody knows is left out', () => {
  expect(waysOf([edge('a')], [link('a', 'b', 1)])).toEqual([]);
});

test('more is wider, up to a bound', () => {
  expect(widthOf(0)).toBeLessThan(widthOf(1e6));
  expect(widthOf(1e12)).toBe(6);
});
