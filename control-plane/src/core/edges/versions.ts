import { understands, versionOf } from '@canopy/runtime/protocol';
import type { EdgeRecord } from './edge-record.ts';

/**
 * Which versions of the protocol a replica works with among these edges: two neighbouring ones, so that any two edges
 * understand each other as well. Those there are decide; where there are three, the newest is left out.
 */
export function versionsInUse(own: number, records: readonly EdgeRecord[]): (version: number) => boolean {
  const known = records.filter(({ status }) => status !== 'dead').map(versionOfEdge);
  const oldest = Math.min(own, ...known.filter((version) => understands(version, own)));
  return (version) => version === oldest || version === oldest + 1;
}

/** The version that all of them speak: what needs a newer one waits until nobody is left behind. */
export function versionOfAll(own: number, replicas: readonly number[], records: readonly EdgeRecord[]): number {
  const edges = records.filter(({ status, understood }) => status !== 'dead' && understood).map(versionOfEdge);
  return Math.min(own, ...replicas, ...edges);
}

export function versionOfEdge({ heartbeat }: EdgeRecord): number {
  return versionOf(heartbeat.protocol);
}
