import { describe, expect, it } from 'vitest';
import { defaultPlanPolicy, type MeshView } from '../planning/types.ts';
import {
  covers,
  edgesOf,
  isMadeFor,
  type MeetingPlan,
  planByCascade,
  plannedPathMs,
  routeTable,
  routingPrint,
} from './meeting-plan.ts';
import { readPlan, writePlan } from './plan-document.ts';
import { planMeeting } from './testing/finished.ts';

function meshOf(usable: readonly string[], gone: readonly string[] = [], lost: readonly string[] = []): MeshView {
  const edge = (id: string, isUsable: boolean) =>
    [id, { id, region: id, load: 0, maxFanOut: 8, usable: isUsable }] as const;
  return {
    edges: new Map([...usable.map((id) => edge(id, true)), ...gone.map((id) => edge(id, false))]),
    rttMs: (a, b) => (a === b ? 0 : 100),
    loss: () => 0,
    isLost: (a, b) => lost.includes(`${a} ${b}`) || lost.includes(`${b} ${a}`),
    egressUsdPerGb: () => 0.05,
  };
}

function planOf(
  mesh: MeshView,
  originIds: string[],
  memberIds: string[],
  via: Record<string, string> = {},
  current?: MeetingPlan,
): MeetingPlan {
  const needs = { originIds, memberIds };
  const planned = planMeeting({ mesh, needs, policy: defaultPlanPolicy, via, current });
  return { meetingId: 'm', epoch: 7, backup: 'cold', ...planned };
}

describe('a meeting’s plan', () => {
  it('leads every origin to every member', () => {
    const mesh = meshOf(['a', 'b', 'c']);
    const plan = planOf(mesh, ['a', 'b'], ['a', 'b', 'c']);
    expect(covers(plan, { originIds: ['a', 'b'], memberIds: ['a', 'b', 'c'] }, mesh)).toBe(true);
    expect(covers(plan, { originIds: ['c'], memberIds: ['a'] }, mesh)).toBe(false);
  });

  it('is made cascade by cascade, so that others are served in between', () => {
    const needs = { originIds: ['a', 'b', 'c'], memberIds: ['a', 'b', 'c', 'd'] };
    const request = { mesh: meshOf(['a', 'b', 'c', 'd']), needs, policy: defaultPlanPolicy, current: undefined };
    const steps = planByCascade(request);
    for (const _ of needs.originIds) expect(steps.next().done).toBe(false);
    const { done, value } = steps.next();
    expect([done, [...(value?.cascades.keys() ?? [])]]).toEqual([true, needs.originIds]);
  });

  it('follows fixed parents through a relay, which gets routes too', () => {
    const mesh = meshOf(['eu', 'us', 'sa']);
    const plan = planOf(mesh, ['eu'], ['eu', 'sa'], { us: 'eu', sa: 'us' });
    const table = routeTable(plan, 'sa', (id) => `${id}:1`);
    expect(table).toMatchObject({
      epoch: 7,
      routes: [{ originEdgeId: 'eu', parent: { edgeId: 'us', linkAddress: 'us:1' } }],
    });
    expect(routeTable(plan, 'us', () => 'x:1').routes).toHaveLength(1);
    expect(plan.cascades.get('eu')?.nodes.get('us')?.relay).toBe(true);
    expect(plannedPathMs(plan, 'eu', 'sa')).toBe(100 + defaultPlanPolicy.relayDelayMs);
    expect([...edgesOf(plan)].sort()).toEqual(['eu', 'sa', 'us']);
  });

  it('has backups beside fixed parents as well, which lead past them', () => {
    const plan = planOf(meshOf(['eu', 'us', 'sa']), ['eu'], ['eu', 'sa'], { sa: 'us' });
    const node = plan.cascades.get('eu')?.nodes.get('sa');
    expect(node).toMatchObject({ parentId: 'us', backupParentId: 'eu', reason: 'kept', depth: 2 });
  });

  it('is made anew when an edge in it can no longer be used', () => {
    const plan = planOf(meshOf(['a', 'b']), ['a'], ['a', 'b']);
    const needs = { originIds: ['a'], memberIds: ['a', 'b'] };
    expect(covers(plan, needs, meshOf(['a'], ['b']))).toBe(false);
    expect(covers(planOf(meshOf(['a'], ['b']), ['a'], ['a', 'b']), needs, meshOf(['a'], ['b']))).toBe(true);
  });

  it('is made anew when an edge with participants can be used again', () => {
    const needs = { originIds: ['a'], memberIds: ['a', 'b'] };
    const plan = planOf(meshOf(['a'], ['b']), needs.originIds, needs.memberIds);
    expect(covers(plan, needs, meshOf(['a', 'b']))).toBe(false);
  });

  it('is made anew when a link in it was lost, unless that is the only way', () => {
    const needs = { originIds: ['a'], memberIds: ['a', 'b'] };
    const plan = planOf(meshOf(['a', 'b', 'c']), needs.originIds, needs.memberIds);
    const cut = meshOf(['a', 'b', 'c'], [], ['a b']);
    expect(covers(plan, needs, cut)).toBe(false);
    const around = planOf(cut, needs.originIds, needs.memberIds, {}, plan);
    expect(around.cascades.get('a')?.nodes.get('b')?.parentId).toBe('c');
    expect(covers(around, needs, cut)).toBe(true);

    const two = meshOf(['a', 'b'], ['c'], ['a b']);
    const kept = planOf(two, needs.originIds, needs.memberIds, {}, around);
    expect(kept.cascades.get('a')?.nodes.get('b')).toMatchObject({ parentId: 'a', reason: 'only-way' });
    expect(kept.unreached).toMatchObject([{ edgeId: 'b', because: expect.stringContaining('link') }]);
    expect(covers(kept, needs, two)).toBe(true);
  });

  it('leads around a fixed parent whose link was lost', () => {
    const plan = planOf(meshOf(['a', 'b', 'c'], [], ['b c']), ['a'], ['a', 'c'], { c: 'b' });
    expect(plan.cascades.get('a')?.nodes.get('c')?.parentId).toBe('a');
  });

  it('is the same after it was written and read', () => {
    const routing = routingPrint({ via: { c: 'b' } });
    const plan = { ...planOf(meshOf(['a', 'b', 'c']), ['a', 'b'], ['a', 'b', 'c'], { c: 'b' }), routing };
    expect(readPlan(writePlan(plan))).toEqual(plan);
  });

  it('is made for the same settings only, in whatever order they are; one that does not say so for any', () => {
    const plan = planOf(meshOf(['a', 'b', 'c']), ['a'], ['a', 'b', 'c']);
    const made = { ...plan, routing: routingPrint({ maxDepth: 2, via: { b: 'a', c: 'b' } }) };
    expect(isMadeFor(made, { via: { c: 'b', b: 'a' }, maxDepth: 2 })).toBe(true);
    const others = [
      {},
      { maxDepth: 2 },
      { maxDepth: 2, via: { c: 'a', b: 'a' } },
      { maxFanOut: 2 },
      { backup: 'none' as const },
    ];
    for (const other of others) expect(isMadeFor(made, other)).toBe(false);
    expect(isMadeFor({ ...plan, routing: routingPrint({ via: {} }) }, {})).toBe(true);
    expect(isMadeFor(readPlan(writePlan(plan)), { backup: 'none' })).toBe(true);
  });

  it('leaves out routes over edges whose address is not known', () => {
    const plan = planOf(meshOf(['a', 'b']), ['a'], ['a', 'b']);
    expect(routeTable(plan, 'b', () => undefined).routes).toEqual([]);
  });
});
