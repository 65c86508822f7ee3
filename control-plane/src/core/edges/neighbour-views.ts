import type { EdgeHeartbeat } from '@canopy/proto/bus';
import type { NeighbourView } from './reachability.ts';

/** What the probes of other edges say of each edge, by its id. Only heartbeats of edges that are alive count. */
export function neighbourViews(heartbeats: readonly EdgeHeartbeat[]): ReadonlyMap<string, NeighbourView[]> {
  const views = new Map<string, NeighbourView[]>(heartbeats.map(({ edgeId }) => [edgeId, []]));
  for (const { neighbours } of heartbeats) {
    const heard = neighbours.filter(({ rttMs, unanswered = 0 }) => rttMs > 0 && unanswered === 0).length;
    for (const { edgeId, rttMs, unanswered = 0 } of neighbours) {
      // Who never answered may have no probes at all.
      if (rttMs === 0) continue;
      views.get(edgeId)?.push({ unanswered, hearsOthers: heard > (unanswered === 0 ? 1 : 0) });
    }
  }
  return views;
}
