import { childLimit, latencyBoundMs, linkMs } from './links.ts';
import { shortestPaths } from './shortest-paths.ts';
import type { Cascade, CascadeNode, PlanRequest, PlanResult } from './types.ts';

export type * from './types.ts';
export { defaultPlanPolicy } from './types.ts';
export { validateCascade } from './validate.ts';

/**
 * The tree that carries one origin's tracks to every member: of the trees within depth, fan-out and latency the cheapest,
 * of equally cheap ones the fastest, of equally fast ones the one that changes least. Deterministic.
 */
export function planCascade(request: PlanRequest): PlanResult {
  const { mesh, originId, policy } = request;
  const shortest = shortestPaths(mesh, policy, originId);
  const nodes = new Map<string, CascadeNode>();
  const children = new Map<string, number>();
  const unreached: PlanResult['unreached'][number][] = [];
  let costUsdPerGb = 0;
  const members = [...new Set(request.memberIds)]
    .filter((id) => id !== originId)
    .sort((a, b) => (shortest.get(a) ?? Infinity) - (shortest.get(b) ?? Infinity) || (a < b ? -1 : 1));
  for (const id of members) {
    const shortestMs = shortest.get(id);
    if (shortestMs === undefined) {
      unreached.push({ edgeId: id, because: 'the edge is not usable' });
      continue;
    }
    const boundMs = latencyBoundMs(policy, shortestMs);
    const parent = [originId, ...nodes.keys()]
      .map((parentId) => {
        const node = nodes.get(parentId);
        const base = node === undefined ? 0 : node.latencyMs + policy.relayDelayMs;
        const latencyMs = base + linkMs(mesh, policy, parentId, id);
        const late = latencyMs > boundMs;
        const depth = (node?.depth ?? 0) + 1;
        return { parentId, latencyMs, late, depth, usd: mesh.egressUsdPerGb(parentId, id) };
      })
      .filter(({ parentId, depth }) => {
        const edge = mesh.edges.get(parentId);
        return depth <= policy.maxDepth && edge !== undefined && (children.get(parentId) ?? 0) < childLimit(edge);
      })
      .sort((a, b) => Number(a.late) - Number(b.late) || a.usd - b.usd || a.latencyMs - b.latencyMs)[0];
    if (parent === undefined) {
      unreached.push({ edgeId: id, because: 'no edge has room for another child within the depth limit' });
      continue;
    }
    const { parentId, latencyMs, depth } = parent;
    const reason = parent.late ? 'only-way' : parentId === originId ? 'origin-direct' : 'cheaper-through-relay';
    nodes.set(id, { edgeId: id, parentId, latencyMs, shortestMs, depth, reason, relay: false });
    children.set(parentId, (children.get(parentId) ?? 0) + 1);
    costUsdPerGb += parent.usd;
  }
  return { cascade: { originId, nodes }, unreached, costUsdPerGb };
}

/**
 * The plan in force without the lost edges: their children get other parents, every other child keeps its own unless
 * there is no way around that.
 */
export function repairCascade(request: PlanRequest & { lost: ReadonlySet<string> }): PlanResult {
  const edges = new Map(
    [...request.mesh.edges].map(([id, edge]) => [id, request.lost.has(id) ? { ...edge, usable: false } : edge]),
  );
  return planCascade({ ...request, mesh: { ...request.mesh, edges } });
}

/** Edges from the origin's first child to the node itself; empty where the edge has no place in the cascade. */
export function pathTo(cascade: Cascade, edgeId: string): string[] {
  const path: string[] = [];
  for (let node = cascade.nodes.get(edgeId); node !== undefined; node = cascade.nodes.get(node.parentId)) {
    if (path.includes(node.edgeId)) break;
    path.unshift(node.edgeId);
  }
  return path;
}
