import type { EdgeHeartbeat } from '@canopy/proto/bus';
import { isOverloaded } from '../placement/overload.ts';
import { edgeLoad } from './edge-load.ts';
import { neverQuarantined, type Quarantine } from './quarantine.ts';

/**
 * `alive`: heard of within the limit. `silent`: not heard of, and not yet known to be gone; it gets nobody new. `dead`: it
 * answers nobody; its sessions are gone.
 */
export type EdgeStatus = 'alive' | 'silent' | 'dead';

/** One edge as this replica knows it. Times are ms of this replica's clock. */
export interface EdgeRecord {
  heartbeat: EdgeHeartbeat;
  heardAt: number;
  status: EdgeStatus;
  /** Passed the overload threshold and has not fallen below the recovery threshold since. */
  overloaded: boolean;
  /** Since when; undefined while it is not. */
  overloadedSince: number | undefined;
  quarantine: Quarantine;
  /** False: it speaks a version of the protocol that does not go with the others here. Nothing is asked of it. */
  understood: boolean;
}

/** What browsers ask to measure their round trip to an edge; undefined where they can't, or where it is no URL. */
export function measuringUrl({ measuringUrl: url, httpAddress }: EdgeHeartbeat): string | undefined {
  const found = url ?? (httpAddress === '' ? '' : `http://${httpAddress}/healthz`);
  return /^https?:\/\/[\w.[\]:-]+\/[\w/-]*$/.test(found) ? found : undefined;
}

/** Where clients send their media: each port takes UDP and TCP. Undefined: the edge does not tell. */
export function mediaDoors({ mediaHost, workers }: EdgeHeartbeat): { address: string; ports: number[] } | undefined {
  const ports = workers.flatMap(({ mediaPort }) => mediaPort ?? []);
  return mediaHost === undefined || ports.length === 0 ? undefined : { address: mediaHost, ports };
}

/** How far the clock of an edge is ahead of ours, ms, less the time that its last heartbeat was under way. */
export function clockOffsetMs({ heartbeat, heardAt }: EdgeRecord): number {
  return heartbeat.sentAtMs - heardAt;
}

export interface LoadThresholds {
  overloadThreshold: number;
  recoveryThreshold: number;
}

export type EdgeChange =
  | { kind: 'appeared'; edgeId: string }
  /** It started anew: no session made before is left. */
  | { kind: 'rebooted'; edgeId: string; bootId: string }
  /** Where it is reached, or whether it takes anyone, changed. */
  | { kind: 'changed'; edgeId: string }
  | { kind: 'silent'; edgeId: string }
  | { kind: 'recovered'; edgeId: string }
  | { kind: 'died'; edgeId: string }
  /** Its heartbeats are well, but media does not get through to it. */
  | { kind: 'quarantined'; edgeId: string }
  /** Media gets through again, or that is to be tried. */
  | { kind: 'released'; edgeId: string }
  /** Its version of the protocol does not go with the others here, or does again. */
  | { kind: 'foreign'; edgeId: string }
  | { kind: 'understood'; edgeId: string };

/** What was seen while it was gone says nothing of it now that it is back. A quarantine goes on: a restart mends no network. */
function quarantineAfter(record: EdgeRecord | undefined, bootId: string, now: number): Quarantine {
  if (record === undefined) return neverQuarantined;
  const isBack = record.status === 'dead' || record.heartbeat.bootId !== bootId;
  return isBack && record.quarantine.state === 'clear' ? { state: 'clear', since: now } : record.quarantine;
}

/** The record after a heartbeat, and what that changed. */
export function afterHeartbeat(
  record: EdgeRecord | undefined,
  heartbeat: EdgeHeartbeat,
  thresholds: LoadThresholds,
  now: number,
): { record: EdgeRecord; change?: EdgeChange } {
  const { edgeId, bootId } = heartbeat;
  const overloaded = isOverloaded(record?.overloaded ?? false, edgeLoad(heartbeat), thresholds);
  const overloadedSince = overloaded ? (record?.overloadedSince ?? now) : undefined;
  const quarantine = quarantineAfter(record, bootId, now);
  const understood = record?.understood ?? true;
  const load = { overloaded, overloadedSince };
  const fresh: EdgeRecord = { heartbeat, heardAt: now, status: 'alive', ...load, quarantine, understood };
  if (record === undefined) return { record: fresh, change: { kind: 'appeared', edgeId } };
  const previous = record.heartbeat;
  if (previous.bootId !== bootId) return { record: fresh, change: { kind: 'rebooted', edgeId, bootId } };
  if (record.status !== 'alive') return { record: fresh, change: { kind: 'recovered', edgeId } };
  const moved =
    previous.mediaAddress !== heartbeat.mediaAddress ||
    previous.linkAddress !== heartbeat.linkAddress ||
    previous.state !== heartbeat.state;
  return moved ? { record: fresh, change: { kind: 'changed', edgeId } } : { record: fresh };
}

/** Whether the same may be asked of an edge before and after: whether it serves, whom, and whether it forwards. Loads say nothing of it. */
export function isSameStanding(before: EdgeRecord, after: EdgeRecord): boolean {
  return (
    before.status === after.status &&
    before.understood === after.understood &&
    before.quarantine.state === after.quarantine.state &&
    before.heartbeat.state === after.heartbeat.state &&
    before.heartbeat.region === after.heartbeat.region
  );
}
