import { EdgeHeartbeat } from '@canopy/proto/bus';
import { TrackKind } from '@canopy/proto/media';
import { describe, expect, it } from 'vitest';
import type { EdgeRecord } from '../edges/edge-record.ts';
import { neverQuarantined } from '../edges/quarantine.ts';
import type { CascadeNode } from '../planning/types.ts';
import { explainPlan } from './explain-plan.ts';
import type { MeetingPlan } from './meeting-plan.ts';

const node = (edgeId: string, parentId: string): CascadeNode => ({
  edgeId,
  parentId,
  latencyMs: 1,
  shortestMs: 1,
  depth: 1,
  reason: 'origin-direct',
  relay: false,
});

const plan: MeetingPlan = {
  meetingId: 'm',
  epoch: 3,
  backup: 'cold',
  unreached: [],
  cascades: new Map([
    [
      'eu',
      {
        originId: 'eu',
        nodes: new Map([
          ['us', node('us', 'eu')],
          ['sa', { ...node('sa', 'us'), backupParentId: 'eu' }],
        ]),
      },
    ],
  ]),
};

const record = (edgeId: string, neighbours: EdgeHeartbeat['neighbours']): EdgeRecord => ({
  heartbeat: EdgeHeartbeat.fromPartial({ edgeId, neighbours }),
  heardAt: 0,
  status: 'alive',
  overloaded: false,
  overloadedSince: undefined,
  quarantine: neverQuarantined,
  understood: true,
});

const track = (trackId: string, originEdgeId: string, layersTotal = 1) => ({
  trackId,
  originEdgeId,
  kind: TrackKind.VIDEO,
  bitrateBps: 500_000,
  layers: 1,
  layersTotal,
});

describe('an explained plan', () => {
  const tracks = [track('a', 'eu', 3), track('b', 'ap', 2), track('c', 'eu')];
  const [cascade] = explainPlan(
    plan,
    [record('eu', [{ edgeId: 'us', rttMs: 88, loss: 0.01 }]), record('us', [{ edgeId: 'sa', rttMs: 0, loss: 1 }])],
    [
      { meetingId: 'm', parentEdgeId: 'eu', childEdgeId: 'us', epoch: 3, tracks },
      { meetingId: 'm', parentEdgeId: 'us', childEdgeId: 'sa', epoch: 2, tracks: [track('a', 'eu')] },
      { meetingId: 'm', parentEdgeId: 'eu', childEdgeId: 'sa', epoch: 3, tracks: [track('a', 'eu', 3)] },
    ],
    new Map([
      ['us', 2],
      ['sa', 5],
    ]),
  );
  const nodes = new Map(cascade?.nodes.map((each) => [each.edgeId, each]));

  it('counts as demand who is on an edge', () => {
    expect([nodes.get('us')?.demand, nodes.get('sa')?.demand]).toEqual([2, 5]);
  });

  it('shows of a link what was measured in either direction, and only the tracks of the cascade’s origin, with the layers it carries', () => {
    const link = {
      rttMs: 88,
      loss: 0.01,
      bitrateBps: 1_000_000,
      tracks: 2,
      layers: { carried: 1, total: 3 },
      epoch: 3,
    };
    expect(nodes.get('us')?.link).toEqual(link);
  });

  it('shows of a backup what it carries by itself', () => {
    const backupLink = { bitrateBps: 500_000, tracks: 1, layers: { carried: 1, total: 3 }, epoch: 3 };
    expect(nodes.get('sa')?.backupLink).toEqual(backupLink);
    expect(nodes.get('us')).not.toHaveProperty('backupLink');
  });

  it('does not make up a round trip where a neighbour never answered', () => {
    expect(nodes.get('sa')?.link).toEqual({
      bitrateBps: 500_000,
      tracks: 1,
      layers: { carried: 0, total: 0 },
      epoch: 2,
    });
  });
});
