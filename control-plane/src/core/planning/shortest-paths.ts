import { linkMs } from './links.ts';
import type { MeshView, PlanPolicy } from './types.ts';

/**
 * The shortest one-way latency from the origin to every usable edge, over any usable edges, in ms (Dijkstra's algorithm
 * over the complete graph). Each edge that forwards adds the relay delay.
 */
export function shortestPaths(mesh: MeshView, policy: PlanPolicy, originId: string): Map<string, number> {
  const open = new Map<string, number>();
  for (const edge of mesh.edges.values()) if (edge.usable && edge.id !== originId) open.set(edge.id, Infinity);
  const shortest = new Map<string, number>([[originId, 0]]);
  let at = originId;
  while (open.size > 0) {
    const from = shortest.get(at) ?? 0;
    const base = at === originId ? 0 : from + policy.relayDelayMs;
    let next = '';
    let least = Infinity;
    for (const [id, known] of open) {
      const ms = Math.min(known, base + linkMs(mesh, policy, at, id));
      if (ms < known) open.set(id, ms);
      if (ms < least) {
        least = ms;
        next = id;
      }
    }
    if (next === '') break;
    open.delete(next);
    shortest.set(next, least);
    at = next;
  }
  return shortest;
}
