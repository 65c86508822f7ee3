import type { Mesh, MeshLink } from '@canopy/client';
import { expect, test } from 'vitest';
import { findingsOf } from './mesh-findings.ts';

function link(parent: string, child: string, trackIds: readonly string[] = ['video'], epoch = 1): MeshLink {
  const tracks = trackIds.map((id) => ({
    id,
    originEdgeId: 'a',
    kind: 'video' as const,
    bitrateBps: 0,
    layers: 1,
    layersTotal: 1,
  }));
  return { meetingId: 'm', parent, child, epoch, rttMs: null, loss: null, tracks };
}

function mesh(...links: MeshLink[]): Mesh {
  return { edges: [], links, protocol: 1 };
}

test('a tree has one copy and one parent of each track, and the depth of its longest way', () => {
  const tree = mesh(link('a', 'b', ['video', 'audio']), link('b', 'c'), link('a', 'd'));
  expect(findingsOf(tree, 'm')).toMatchObject({ links: 3, copiesPerLinkAndTrack: 1, parentsPerTrack: 1, depth: 2 });
});

test('a track that crosses a link twice is two copies', () => {
  expect(findingsOf(mesh(link('a', 'b', ['video', 'video'])), 'm').copiesPerLinkAndTrack).toBe(2);
  expect(findingsOf(mesh(link('a', 'b'), link('a', 'b')), 'm')).toMatchObject({ links: 1, copiesPerLinkAndTrack: 2 });
});

test('a track from two parents has two, and the longer way counts', () => {
  const dual = mesh(link('a', 'b'), link('a', 'c'), link('b', 'd'), link('c', 'd'), link('c', 'b'));
  expect(findingsOf(dual, 'm')).toMatchObject({ parentsPerTrack: 2, depth: 3 });
});

test('links that seem to lead back end the way', () => {
  expect(findingsOf(mesh(link('a', 'b'), link('b', 'a')), 'm').depth).toBe(1);
});

test('other meetings do not count', () => {
  expect(findingsOf(mesh(link('a', 'b')), 'another')).toMatchObject({ links: 0, copiesPerLinkAndTrack: 0, depth: 0 });
});
