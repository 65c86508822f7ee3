import type { PlanLink, PlanNode } from '@canopy/client/api';
import { expect, test } from 'vitest';
import { planTable } from './meetings.ts';

const link = (bitrateBps: number): PlanLink => ({
  rttMs: 90,
  loss: 0,
  bitrateBps,
  tracks: 1,
  layers: { carried: 3, total: 3 },
});

const node: PlanNode = {
  edgeId: 'sin-1',
  parentId: 'fra-1',
  backupParentId: 'iad-1',
  backupChained: false,
  reason: 'origin-direct',
  relay: false,
  depth: 1,
  latencyMs: 80,
  shortestMs: 80,
  link: link(2_400_000),
  backupLink: link(2_300_000),
  demand: 4,
};

const linesOf = (nodes: PlanNode[]) =>
  planTable({ epoch: 7, cascades: [{ originEdgeId: 'fra-1', nodes }] }).split('\n');

test('a plan shows what crosses each link, and each backup link that something crosses', () => {
  const { backupLink: _, ...untold } = node;
  const [head, , titles, warm, cold, older] = linesOf([node, { ...node, backupLink: null }, untold]);
  expect(head).toBe('Plan 7');
  expect(titles).toMatch(/ BITRATE +OVER BACKUP$/);
  expect(warm).toMatch(/^fra-1 +sin-1 +fra-1 +iad-1 .* 4 {2}2\.4 Mbit\/s {2}2\.3 Mbit\/s$/);
  for (const line of [cold, older]) expect(line).toMatch(/ 4 {2}2\.4 Mbit\/s$/);
});
