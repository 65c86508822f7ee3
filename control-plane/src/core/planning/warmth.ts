import type { EdgeCandidate } from '../placement/types.ts';

/** Viewers expected, by region. */
export type Audience = Readonly<Record<string, number>>;

export interface WarmChoice {
  /** Edges to prepare, sorted. */
  edgeIds: readonly string[];
  /** Regions whose edges can't take everybody, and how many are left over. */
  short: Readonly<Record<string, number>>;
}

/**
 * The edges an announced audience will need: in each region the least loaded first, until there is room for all. An edge has
 * room for as many participants as lie between its load and the threshold from which it takes nobody.
 */
export function edgesForAudience(
  audience: Audience,
  edges: readonly EdgeCandidate[],
  overloadThreshold: number,
): WarmChoice {
  const chosen: string[] = [];
  const short: Record<string, number> = {};
  for (const [region, viewers] of Object.entries(audience)) {
    let left = viewers;
    const here = edges
      .filter((edge) => edge.region === region && edge.health === 'alive' && !edge.draining && !edge.overloaded)
      .sort((a, b) => a.reportedLoad - b.reportedLoad || (a.id < b.id ? -1 : 1));
    for (const edge of here) {
      if (left <= 0) break;
      chosen.push(edge.id);
      left -= Math.floor(Math.max(0, overloadThreshold - edge.reportedLoad) / edge.loadPerParticipant);
    }
    if (left > 0) short[region] = left;
  }
  return { edgeIds: chosen.sort(), short };
}
