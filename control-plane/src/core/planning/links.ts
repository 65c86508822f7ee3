import type { MeshView, PlanEdge, PlanPolicy } from './types.ts';

/** Load from which an edge takes ever fewer new children, down to none at full load. */
const busyLoad = 0.7;
/** Load from which it also gives up children that it has. */
const sheddingLoad = 0.9;

/** One-way latency of a link in ms, its loss counted in. */
export function linkMs(mesh: MeshView, policy: PlanPolicy, from: string, to: string): number {
  return mesh.rttMs(from, to) / 2 + mesh.loss(from, to) * policy.lossPenaltyMs;
}

/** The longest a path may take, ms, where the shortest possible takes `shortestMs`. */
export function latencyBoundMs(policy: PlanPolicy, shortestMs: number): number {
  return Math.max(policy.maxStretch * shortestMs, shortestMs + policy.slackMs);
}

/** Children an edge may have in a new plan when it has `currentChildren`: the busier it is, the fewer. */
export function childLimit(edge: PlanEdge, currentChildren: number): number {
  if (edge.load <= busyLoad) return edge.maxFanOut;
  const share = Math.max(0, (1 - edge.load) / (1 - busyLoad));
  const reduced = share === 0 ? 0 : Math.floor(edge.maxFanOut * share);
  return edge.load < sheddingLoad ? Math.max(reduced, Math.min(currentChildren, edge.maxFanOut)) : reduced;
}
