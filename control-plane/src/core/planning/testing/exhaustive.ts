import type { PlanRequest } from '../types.ts';

interface Placed {
  id: string;
  latencyMs: number;
}

/**
 * The least cost of any tree that keeps every bound, found by trying all of them, level by level; infinite where there is
 * none. For meshes of up to nine edges that lose nothing. Shares no arithmetic with the planner, so that a mistake there is
 * not made here too.
 */
export function leastCostUsdPerGb(request: PlanRequest): number {
  const { mesh, policy, originId, memberIds } = request;
  const shortest = shortestMs(request);
  const members = new Set(memberIds);
  let best = Number.POSITIVE_INFINITY;

  /** The latency of an edge below a parent; undefined where it is a member and would be late. */
  const latencyBelow = (parent: Placed, id: string): number | undefined => {
    const relayMs = parent.id === originId ? 0 : policy.relayDelayMs;
    const latencyMs = parent.latencyMs + relayMs + mesh.rttMs(parent.id, id) / 2;
    const least = shortest.get(id) ?? 0;
    const mayTakeMs = Math.max(least * policy.maxStretch, least + policy.slackMs);
    return members.has(id) && latencyMs > mayTakeMs + 1e-9 ? undefined : latencyMs;
  };

  /** Hangs any of `left` on `level`, in every way; those passed over may come deeper. */
  const descend = (level: readonly Placed[], left: readonly string[], usd: number, depth: number): void => {
    if (left.every((id) => !members.has(id))) best = Math.min(best, usd);
    if (depth === policy.maxDepth || level.length === 0) return;
    const room = new Map(level.map(({ id }) => [id, mesh.edges.get(id)?.maxFanOut ?? 0]));
    const choose = (at: number, next: readonly Placed[], passed: readonly string[], sum: number): void => {
      if (sum >= best) return;
      const id = left[at];
      if (id === undefined) {
        descend(next, passed, sum, depth + 1);
        return;
      }
      for (const parent of level) {
        const latencyMs = latencyBelow(parent, id);
        const free = room.get(parent.id) ?? 0;
        if (latencyMs === undefined || free === 0) continue;
        room.set(parent.id, free - 1);
        choose(at + 1, [...next, { id, latencyMs }], passed, sum + mesh.egressUsdPerGb(parent.id, id));
        room.set(parent.id, free);
      }
      choose(at + 1, next, [...passed, id], sum);
    };
    choose(0, [], [], usd);
  };

  const others = [...mesh.edges.keys()].filter((id) => id !== originId);
  descend([{ id: originId, latencyMs: 0 }], others, 0, 0);
  return best;
}

/** The shortest way to each edge, however deep and over any others (Bellman and Ford). */
function shortestMs({ mesh, policy, originId }: PlanRequest): Map<string, number> {
  const others = [...mesh.edges.keys()].filter((id) => id !== originId);
  const shortest = new Map(others.map((id) => [id, mesh.rttMs(originId, id) / 2]));
  for (const _ of others) {
    for (const via of others) {
      const viaMs = (shortest.get(via) ?? 0) + policy.relayDelayMs;
      for (const id of others)
        shortest.set(id, Math.min(shortest.get(id) ?? 0, viaMs + (via === id ? 0 : mesh.rttMs(via, id) / 2)));
    }
  }
  return shortest;
}
