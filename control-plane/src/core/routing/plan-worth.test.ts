import { describe, expect, test } from 'vitest';
import { aMesh, type MeshSpec } from '../planning/testing/mesh.ts';
import { defaultPlanPolicy } from '../planning/types.ts';
import { isClearlyBetter } from './plan-worth.ts';
import { finished, planMeeting } from './testing/finished.ts';

const edges = ['sa', 'us', 'ca', 'eu'];
const rtts = { 'sa us': 110, 'sa ca': 110, 'us eu': 80, 'ca eu': 90, 'sa eu': 190, 'us ca': 40 };
const needs = { originIds: ['sa'], memberIds: ['sa', 'us', 'ca', 'eu'] };
const calm: MeshSpec = { edges, rtts, prices: { sa: 0.138 } };
const policy = defaultPlanPolicy;

/** Whether the plan made for a calm mesh is given up for another once the mesh is different. */
function changes(now: Partial<MeshSpec>): boolean {
  const before = planMeeting({ mesh: aMesh(calm), needs, policy, current: undefined });
  const mesh = aMesh({ ...calm, ...now });
  const current = { meetingId: 'm', epoch: 1, backup: 'cold' as const, ...before };
  const planned = planMeeting({ mesh, needs, policy, current });
  return finished(isClearlyBetter(planned, before, needs, mesh, policy));
}

describe('a plan in force gives way', () => {
  test('not where nothing changed', () => expect(changes({})).toBe(false));

  test('not where round trips waver', () => {
    expect(changes({ rtts: { ...rtts, 'us eu': 84, 'sa us': 112, 'ca eu': 88 } })).toBe(false);
  });

  test('to one without the path that became too long', () => {
    expect(changes({ rtts: { ...rtts, 'us eu': 180 } })).toBe(true);
  });

  test('to one without the link that loses packets', () => {
    expect(changes({ losses: { 'us eu': 0.08 } })).toBe(true);
  });

  test('to one that costs clearly less', () => {
    expect(changes({ prices: { sa: 0.138, us: 0.09 } })).toBe(true);
    expect(changes({ prices: { sa: 0.138, us: 0.021 } })).toBe(false);
  });

  test('to one in which a full edge sheds children', () => {
    const busy = { edges: ['sa', { id: 'us', load: 1, maxFanOut: 16 }, 'ca', 'eu'] };
    expect(changes(busy)).toBe(true);
  });

  test('not to one that has no way around a lost link either', () => {
    const [two, pair] = [['sa', 'eu'], { originIds: ['sa'], memberIds: ['sa', 'eu'] }];
    const mesh = aMesh({ edges: two, lost: ['sa eu'] });
    const before = planMeeting({ mesh, needs: pair, policy, current: undefined });
    expect(finished(isClearlyBetter(before, before, pair, mesh, policy))).toBe(false);
  });
});
