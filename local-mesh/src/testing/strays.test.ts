import type { MeetingPlan, MeshLink, PlanNode } from '@canopy/client';
import { expect, test } from 'vitest';
import { strays } from './strays.ts';

const node = (edgeId: string, parentId: string, backupParentId: string | null = null): PlanNode => ({
  edgeId,
  parentId,
  backupParentId,
  backupChained: false,
  reason: 'origin-direct',
  relay: false,
  depth: 1,
  latencyMs: 1,
  shortestMs: 1,
  link: null,
  demand: 1,
});

const link = (parent: string, child: string, epoch = 7, ids = ['cam']): MeshLink => ({
  meetingId: 'm',
  parent,
  child,
  epoch,
  rttMs: null,
  loss: null,
  tracks: ids.map((id) => ({ id, originEdgeId: 'a', kind: 'video', bitrateBps: 1, layers: 1, layersTotal: 1 })),
});

const plan: MeetingPlan = { epoch: 7, cascades: [{ originEdgeId: 'a', nodes: [node('b', 'a'), node('c', 'b', 'a')] }] };
const of = (...links: MeshLink[]) => strays('m', plan, { links });

test('links of the plan, backups too, are as they should be', () => {
  expect(of(link('a', 'b'), link('b', 'c'), link('a', 'c'))).toEqual([]);
});

test('another epoch, a link no plan knows and a second copy are told', () => {
  expect(of(link('a', 'b', 6))).toEqual(['b goes by epoch 6, not 7']);
  expect(of(link('c', 'b'))).toEqual(['no plan leads cam from c to b']);
  expect(of(link('a', 'b', 7, ['cam', 'cam']))).toEqual(['cam crosses from a to b twice']);
});

test('other meetings do not count', () => {
  expect(of({ ...link('c', 'b', 1), meetingId: 'other' })).toEqual([]);
});
