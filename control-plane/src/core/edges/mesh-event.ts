import type { EdgeFact } from '@canopy/proto/bus';
import { EdgeLifecycle } from '@canopy/proto/bus';
import type { PlanCause } from '../routing/plan-cause.ts';
import type { EdgeChange, EdgeRecord } from './edge-record.ts';

/** Kinds of events, as operators see them. */
export const meshEventKinds = [
  'edge.joined',
  'edge.restarted',
  'edge.silent',
  'edge.recovered',
  'edge.lost',
  'edge.draining',
  'edge.ready',
  'edge.quarantined',
  'edge.released',
  'edge.foreign',
  'edge.understood',
  'link.lost',
  'plan.changed',
] as const;
type MeshEventKind = (typeof meshEventKinds)[number];

const newer: Partial<Record<MeshEventKind, number>> = { 'edge.foreign': 2, 'edge.understood': 2 };

/** The first version of the protocol whose replicas know such events. */
export function sinceProtocol(kind: MeshEventKind): number {
  return newer[kind] ?? 1;
}

/** Something that happened in the mesh. */
export interface MeshEvent {
  kind: MeshEventKind;
  edgeId?: string | undefined;
  meetingId?: string | undefined;
  /** Of a link that was lost: the edge it came from. */
  parentEdgeId?: string | undefined;
  /** Of a link that was lost: media went on, over the backup or the link itself. */
  seamless?: boolean | undefined;
  /** Of a plan that changed. */
  epoch?: number | undefined;
  /** Of a plan that changed: why. Absent where a former version told it. */
  cause?: PlanCause | undefined;
}

const kinds: Readonly<Record<Exclude<EdgeChange['kind'], 'changed'>, MeshEventKind>> = {
  appeared: 'edge.joined',
  rebooted: 'edge.restarted',
  silent: 'edge.silent',
  recovered: 'edge.recovered',
  died: 'edge.lost',
  quarantined: 'edge.quarantined',
  released: 'edge.released',
  foreign: 'edge.foreign',
  understood: 'edge.understood',
};

/** What a change of an edge is to an operator; `record` is the edge after it. */
export function eventOfChange({ kind, edgeId }: EdgeChange, record: EdgeRecord | undefined): MeshEvent {
  if (kind !== 'changed') return { kind: kinds[kind], edgeId };
  const draining = record?.heartbeat.state === EdgeLifecycle.DRAINING;
  return { kind: draining ? 'edge.draining' : 'edge.ready', edgeId };
}

/** What a fact told by an edge is to an operator; undefined: nothing. */
export function eventOfFact({ edgeId, linkLost }: EdgeFact): MeshEvent | undefined {
  if (linkLost === undefined) return undefined;
  const { meetingId, parentEdgeId, switchedToBackup, mediaFlows } = linkLost;
  return {
    kind: 'link.lost',
    edgeId,
    meetingId,
    parentEdgeId,
    seamless: switchedToBackup === true || mediaFlows === true,
  };
}
