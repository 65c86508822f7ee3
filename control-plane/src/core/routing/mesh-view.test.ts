import { EdgeHeartbeat } from '@canopy/proto/bus';
import { describe, expect, test } from 'vitest';
import { afterHeartbeat, type EdgeRecord } from '../edges/edge-record.ts';
import { defaultPlacementPolicy } from '../placement/types.ts';
import { defaultFanOut, defaultPlanPolicy } from '../planning/types.ts';
import { type MeshViewOptions, meshView } from './mesh-view.ts';
import { planMeeting } from './testing/finished.ts';

function record(edgeId: string, region: string, load: number): EdgeRecord {
  const heartbeat = EdgeHeartbeat.fromPartial({ edgeId, region, load });
  return afterHeartbeat(undefined, heartbeat, defaultPlacementPolicy, 0).record;
}

/** Nobody is there, and nothing was measured. */
const calm: MeshViewOptions = {
  inUse: new Set(),
  estimateRttMs: () => 1,
  measured: () => undefined,
  allowedRegions: [],
  maxFanOut: defaultFanOut,
  isLost: () => false,
};

/** An origin in Europe and a region whose edges have a gateway, as loaded as the given one is then. */
function meshOf(loads: Readonly<Record<string, number>> = {}, maxFanOut = defaultFanOut) {
  const ids = Array.from({ length: 14 }, (_, index) => `us-${index}`);
  const records = [record('eu', 'eu-central-1', 0.2), ...ids.map((id) => record(id, 'us-east-1', loads[id] ?? 0.2))];
  const estimateRttMs = (from: string, to: string) => (from === to ? 1 : 90);
  const inUse = new Set(records.map(({ heartbeat }) => heartbeat.edgeId));
  const mesh = meshView(records, { ...calm, inUse, estimateRttMs, maxFanOut });
  return { mesh, needs: { originIds: ['eu'], memberIds: ['eu', ...ids] } };
}

function planOf({ mesh, needs }: ReturnType<typeof meshOf>, before?: ReturnType<typeof planMeeting>) {
  const current = before && { meetingId: 'm', epoch: 1, backup: 'cold' as const, ...before };
  return planMeeting({ mesh, needs, policy: defaultPlanPolicy, current });
}

function childrenOf(planned: ReturnType<typeof planMeeting>, edgeId: string): number {
  const nodes = [...(planned.cascades.get('eu')?.nodes.values() ?? [])];
  return nodes.filter(({ parentId }) => parentId === edgeId).length;
}

describe('a gateway', () => {
  const before = planOf(meshOf());
  const gatewayId =
    [...(before.cascades.get('eu')?.nodes.values() ?? [])].find((node) => node.parentId === 'eu')?.edgeId ?? '';

  test('keeps its children while it is busy, overloaded by the measure of placement as well', () => {
    for (const load of [0.8, 0.88]) {
      const planned = planOf(meshOf({ [gatewayId]: load }), before);
      expect(childrenOf(planned, gatewayId)).toBe(13);
      expect(planned.unreached).toEqual([]);
    }
  });

  test('gives up children, and not all of them, when it is nearly full', () => {
    const planned = planOf(meshOf({ [gatewayId]: 0.94 }), before);
    expect(childrenOf(planned, gatewayId)).toBeGreaterThan(1);
    expect(childrenOf(planned, gatewayId)).toBeLessThan(13);
    expect(planned.unreached).toEqual([]);
  });

  test('keeps those that it need not give up, and gets none back before it has recovered', () => {
    const shed = planOf(meshOf({ [gatewayId]: 0.94 }), before);
    const parents = (planned: ReturnType<typeof planMeeting>) =>
      new Map(
        [...(planned.cascades.get('eu')?.nodes.values() ?? [])].map(({ edgeId, parentId }) => [edgeId, parentId]),
      );
    const [was, is] = [parents(before), parents(shed)];
    const moved = [...is].filter(([id, parentId]) => was.get(id) !== parentId);
    expect(moved).toHaveLength(13 - childrenOf(shed, gatewayId));
    expect(is.get(gatewayId)).toBe('eu');
    expect(parents(planOf(meshOf({ [gatewayId]: 0.8 }), shed))).toEqual(is);
  });
});

test('an edge has room for as many copies as fit into what is left of its network', () => {
  const spare = (egressBps: number, egressCapacityBps: number) => {
    const heartbeat = EdgeHeartbeat.fromPartial({ edgeId: 'e', region: 'r', egressBps, egressCapacityBps });
    const { record: heard } = afterHeartbeat(undefined, heartbeat, defaultPlacementPolicy, 0);
    return meshView([heard], calm).edges.get('e')?.spareCopies;
  };
  expect([spare(0, 0), spare(0, 1e9), spare(5e8, 1e9), spare(9.5e8, 1e9)]).toEqual([Infinity, 60, 26, 0]);
});

test('an edge whose network is full is as busy as one whose worker is', () => {
  const heartbeat = EdgeHeartbeat.fromPartial({ edgeId: 'e', load: 0.2, egressBps: 8.55e8, egressCapacityBps: 1e9 });
  const { record: heard } = afterHeartbeat(undefined, heartbeat, defaultPlacementPolicy, 0);
  expect(meshView([heard], calm).edges.get('e')?.load).toBeCloseTo(0.95);
});

test('an edge has as many children as the meeting or the installation says', () => {
  const most = (maxFanOut: number) => {
    const planned = planOf(meshOf({}, maxFanOut));
    return Math.max(
      ...['eu', ...(planned.cascades.get('eu')?.nodes.keys() ?? [])].map((id) => childrenOf(planned, id)),
    );
  };
  expect([most(4), most(64)]).toEqual([4, 13]);
});

test('the round trip of two edges is the mean of what both measured, what one did, or else the estimate', () => {
  const records = ['a', 'b', 'c', 'd'].map((id) => record(id, 'eu', 0));
  const rtts = new Map([
    ['a b', 10],
    ['b a', 14],
    ['c a', 30],
  ]);
  const measured = (from: string, to: string) => {
    const rttMs = rtts.get(`${from} ${to}`);
    return rttMs === undefined ? undefined : { rttMs, loss: rttMs / 1_000 };
  };
  const mesh = meshView(records, { ...calm, measured });
  expect(['b', 'c', 'd'].map((id) => mesh.rttMs('a', id))).toEqual([12, 30, 1]);
  expect(['b', 'c', 'd'].map((id) => mesh.loss('a', id))).toEqual([0.01, 0.03, 0]);
});
