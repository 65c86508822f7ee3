import type { MeetingPlan, MeshLink, PlanNode } from '@canopy/client';
import { expect, test } from 'vitest';
import { strays } from './strays.ts';

const node = (edgeId: string, parentId: string, backupParentId: string | null = null, demand = 1): PlanNode => ({
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
  demand,
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
  const rest = link('b', 'c');
  expect(of(link('a', 'b', 6), rest)).toEqual(['b goes by epoch 6, not 7']);
  expect(of(link('a', 'b'), rest, link('c', 'b'))).toEqual(['no plan leads cam from c to b']);
  expect(of(link('a', 'b', 7, ['cam', 'cam']), rest)).toEqual(['cam crosses from a to b twice']);
});

test('a link of the plan that a track does not cross is told where it leads to somebody', () => {
  expect(of(link('a', 'b'), link('a', 'c'))).toEqual(['cam does not come from b to c']);
  expect(of(link('a', 'b', 7, ['cam', 'mic']), link('b', 'c'))).toEqual(['mic does not come from b to c']);
  const leads = (demand: number): MeetingPlan => ({
    epoch: 7,
    cascades: [{ originEdgeId: 'a', nodes: [node('b', 'a', null, 0), node('c', 'b', 'a', demand)] }],
  });
  const links = [link('a', 'c')];
  const gaps = ['cam does not come from a to b', 'cam does not come from b to c'];
  expect(strays('m', leads(1), { links })).toEqual(gaps);
  expect(strays('m', leads(0), { links })).toEqual([]);
});

test('other meetings do not count', () => {
  expect(of({ ...link('c', 'b', 1), meetingId: 'other' })).toEqual([]);
});
