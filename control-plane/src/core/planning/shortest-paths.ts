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
  const open = usable.map(({ id }) => ({ id, ms: linkMs(mesh, policy, originId, id), done: false }));
  const hubIds = hubsOf(usable);
  const hubs = open.filter(({ id }) => hubIds.has(id));
  for (let round = 0; round < hubs.length; round += 1) {
    const hub = hubs.reduce((nearest, other) =>
      !other.done && (nearest.done || other.ms < nearest.ms) ? other : nearest,
    );
    hub.done = true;
    const base = hub.ms + policy.relayDelayMs;
    for (const other of open) {
      if (!other.done && base < other.ms) other.ms = Math.min(other.ms, base + linkMs(mesh, policy, hub.id, other.id));
    }
  }
  return new Map([[originId, 0], ...open.map(({ id, ms }) => [id, ms] as const)]);
}

function hubsOf(usable: readonly PlanEdge[]): Set<string> {
  if (usable.length <= maxHubs) return new Set(usable.map((edge) => edge.id));
  const regions = Map.groupBy(usable, (edge) => edge.region);
  const perRegion = Math.max(1, Math.floor(maxHubs / regions.size));
  const least = (edges: PlanEdge[]) =>
    edges.sort((a, b) => a.load - b.load || (a.id < b.id ? -1 : 1)).slice(0, perRegion);
  return new Set([...regions.values()].flatMap(least).map((edge) => edge.id));
}
