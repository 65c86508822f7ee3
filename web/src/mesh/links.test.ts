import type { MeshEdge, MeshLink } from '@canopy/client';
import { expect, test } from 'vitest';
import { flowsOf } from './links.ts';

function edge(id: string): MeshEdge {
  return {
    id,
    region: id,
    location: { latitude: 0, longitude: 0 },
    state: 'ready',
    protocol: 2,
    load: 0,
    sessions: 0,
    egressBps: 0,
    workers: [],
    highestEpoch: 1,
  };
}

function link(parent: string, child: string, bitrates: number[]): MeshLink {
  const tracks = bitrates.map((bitrateBps, index) => ({
    id: `${index}`,
    originEdgeId: parent,
    kind: 'video' as const,
    bitrateBps,
    layers: 3,
    layersTotal: 3,
  }));
  return { meetingId: 'm', parent, child, epoch: 1, rttMs: null, loss: null, tracks };
}

test('adds up what several meetings send over the same pair of edges, per direction', () => {
  const flows = flowsOf([edge('a'), edge('b')], [link('a', 'b', [1, 2]), link('a', 'b', [4]), link('b', 'a', [8])]);
  expect(flows.map(({ from, to, tracks, bitrateBps }) => [from.id, to.id, tracks, bitrateBps])).toEqual([
    ['a', 'b', 3, 7],
    ['b', 'a', 1, 8],
  ]);
});

test('leaves out a link to an edge that is not known any more', () => {
  expect(flowsOf([edge('a')], [link('a', 'gone', [1])])).toEqual([]);
});
