import { expect, test } from 'vitest';
import type { CascadeNode } from '../planning/types.ts';
import { planFigures } from './plan-figures.ts';

function node(edgeId: string, parentId: string, depth: number, latencyMs: number, shortestMs: number): CascadeNode {
  return { edgeId, parentId, depth, latencyMs, shortestMs, reason: 'origin-direct', relay: false };
}

const price = { egressUsdPerGb: (from: string, to: string) => (from === to ? 0 : 0.02) };

test('a cascade costs what its links cost, and each edge has its depth and its stretch', () => {
  const nodes = [node('paris', 'frankfurt', 1, 5, 5), node('lisbon', 'paris', 2, 33, 30)];
  const cascade = { originId: 'frankfurt', nodes: new Map(nodes.map((each) => [each.edgeId, each])) };
  expect(planFigures([cascade], price)).toEqual({ depths: [1, 2], stretches: [1, 1.1], usdPerGb: [0.04] });
});

test('an edge at no distance is not stretched, and an origin alone costs nothing worth counting', () => {
  const beside = { originId: 'a', nodes: new Map([['b', node('b', 'a', 1, 0, 0)]]) };
  const alone = { originId: 'c', nodes: new Map<string, CascadeNode>() };
  expect(planFigures([beside, alone], price)).toEqual({ depths: [1], stretches: [1], usdPerGb: [0.02] });
});
