import type { PlanNode } from '@canopy/client';
import { expect, test } from 'vitest';
import { type Branch, treeOf } from './cascade-tree.ts';

function node(edgeId: string, parentId: string): PlanNode {
  return {
    edgeId,
    parentId,
    backupParentId: null,
    backupChained: false,
    reason: 'origin-direct',
    relay: false,
    depth: 1,
    latencyMs: 1,
    shortestMs: 1,
    link: null,
    demand: 1,
  };
}

const shape = (branches: readonly Branch[]): unknown =>
  branches.map(({ node: { edgeId }, children }) => [edgeId, shape(children)]);

test('nodes hang on their parents, whatever order they come in', () => {
  const tree = treeOf({ originEdgeId: 'o', nodes: [node('c', 'b'), node('a', 'o'), node('b', 'o'), node('d', 'b')] });
  expect(shape(tree)).toEqual([
    ['a', []],
    [
      'b',
      [
        ['c', []],
        ['d', []],
      ],
    ],
  ]);
});

test('a node whose parent is gone, or that leads back to itself, is left out', () => {
  const tree = treeOf({
    originEdgeId: 'o',
    nodes: [node('a', 'gone'), node('b', 'c'), node('c', 'b'), node('d', 'o')],
  });
  expect(shape(tree)).toEqual([['d', []]]);
});
