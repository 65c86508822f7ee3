import { sheddingLoad } from '../planning/links.ts';
import { edgeLoad } from './edge-load.ts';
import type { EdgeRecord } from './edge-record.ts';

/** Peaks shorter than this pass by themselves, ms. */
const patienceMs = 3_000;

/**
 * Edges that are too busy for the children they have, and have been overloaded for a while: above the overload threshold, without
 * falling below the recovery threshold since. An edge that nobody hears of has other troubles.
 */
export function edgesToRelieve(records: readonly EdgeRecord[], now: number): Set<string> {
  const strained = records.filter(
    ({ status, heartbeat, overloadedSince }) =>
      status === 'alive' &&
      edgeLoad(heartbeat) >= sheddingLoad &&
      overloadedSince !== undefined &&
      now - overloadedSince >= patienceMs,
  );
  return new Set(strained.map(({ heartbeat }) => heartbeat.edgeId));
}
