import { linkMs } from './links.ts';
import type { MeshView, PlanEdge, PlanPolicy } from './types.ts';

/** Edges that paths are sought over, at most; it keeps the work in proportion to the number of edges. */
const maxHubs = 64;

/**
 * The shortest one-way latency from the origin to every usable edge, over any usable edges, in ms (Dijkstra's algorithm
 * on the complete graph). Each edge that forwards adds the relay delay. In a mesh of more than 64 edges only the least
 * loaded of each region forward.
 */
export function shortestPaths(mesh: MeshView, policy: PlanPolicy, originId: string): Map<string, number> {
  const usable = [...mesh.edges.values()].filter((edge) => edge.usable && edge.id !== originId);
  const shortest = new Map<string, number>([[originId, 0]]);
  const open = new Map(usable.map((edge) => [edge.id, linkMs(mesh, policy, originId, edge.id)]));
  const hubs = new Set(hubsOf(usable));
  while (hubs.size > 0) {
    let at = '';
    let least = Infinity;
    for (const hub of hubs) {
      const ms = open.get(hub) ?? Infinity;
      if (ms < least) {
        least = ms;
        at = hub;
      }
    }
    if (at === '') break;
    hubs.delete(at);
    open.delete(at);
    shortest.set(at, least);
    const base = least + policy.relayDelayMs;
    for (const [id, known] of open) {
      if (base >= known) continue;
      const ms = base + linkMs(mesh, policy, at, id);
      if (ms < known) open.set(id, ms);
    }
  }
  for (const [id, ms] of open) if (ms < Infinity) shortest.set(id, ms);
  return shortest;
}

function hubsOf(usable: readonly PlanEdge[]): string[] {
  if (usable.length <= maxHubs) return usable.map((edge) => edge.id);
  const regions = Map.groupBy(usable, (edge) => edge.region);
  const perRegion = Math.max(1, Math.floor(maxHubs / regions.size));
  return [...regions.values()].flatMap((edges) =>
    edges
      .sort((a, b) => a.load - b.load || (a.id < b.id ? -1 : 1))
      .slice(0, perRegion)
      .map((edge) => edge.id),
  );
}
