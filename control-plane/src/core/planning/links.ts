import type { Cascade, MeshView, PlanEdge, PlanPolicy } from './types.ts';

/** Load from which an edge takes ever fewer new children, down to none at full load. */
const busyLoad = 0.7;
/** Load from which it also gives up children that it has. */
export const sheddingLoad = 0.9;

/** One-way latency of a link in ms, its loss counted in. A link that was lost counts as one that loses everything. */
export function linkMs(mesh: MeshView, policy: PlanPolicy, from: string, to: string): number {
  const loss = mesh.isLost(from, to) ? 1 : mesh.loss(from, to);
  return mesh.rttMs(from, to) / 2 + loss * policy.lossPenaltyMs;
}

/** The longest a path may take, ms, where the shortest possible takes `shortestMs`. */
export function latencyBoundMs(policy: PlanPolicy, shortestMs: number): number {
  return Math.max(policy.maxStretch * shortestMs, shortestMs + policy.slackMs);
}

/**
 * Children an edge may have at all. An origin has those it has, and one at least, whatever its limit: nobody else has its
 * tracks. One that drains takes another one: for those who move off it, it need not part with a child that it has.
 */
export function fanOutLimit(edge: PlanEdge, isOrigin: boolean, currentChildren: number): number {
  if (!isOrigin) return edge.maxFanOut;
  return Math.max(1, edge.maxFanOut, edge.maxFanOut === 0 ? currentChildren + 1 : currentChildren);
}

/**
 * Children an edge should have when it has `currentChildren` and may have `limit`: no more than its network has room for, and
 * the busier it is, the fewer. It gives up only those that it is too busy for.
 */
export function childrenUnderLoad(
  { load, spareCopies = Number.POSITIVE_INFINITY }: Pick<PlanEdge, 'load' | 'spareCopies'>,
  mayHave: number,
  currentChildren: number,
): number {
  const limit = Math.min(mayHave, currentChildren + spareCopies);
  if (load <= busyLoad) return limit;
  const share = Math.max(0, (1 - load) / (1 - busyLoad));
  const reduced = share === 0 ? 0 : Math.floor(limit * share);
  return load < sheddingLoad ? Math.max(reduced, Math.min(currentChildren, limit)) : reduced;
}

/** Children of each edge in a cascade. */
export function childCounts(cascade: Cascade | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { parentId } of cascade?.nodes.values() ?? []) counts.set(parentId, (counts.get(parentId) ?? 0) + 1);
  return counts;
}
