import { childCounts, childrenUnderLoad, fanOutLimit, latencyBoundMs, linkMs } from './links.ts';
import { crossingUsd, latencyUsdPerMs, lateUsdPerMs } from './objective.ts';
import { shortestPaths } from './shortest-paths.ts';
import type { Cascade, PlanEdge, PlanRequest } from './types.ts';

/** Lateness below this is rounding, ms. */
export const toleranceMs = 1e-9;

/** A request with what every step of planning asks of it. */
export interface Frame extends PlanRequest {
  /** Members that can be reached at all, without the origin. */
  members: ReadonlySet<string>;
  edge(id: string): PlanEdge;
  /** The shortest possible one-way latency from the origin, ms; infinite for edges that must not be used. */
  shortestMs(id: string): number;
  boundMs(id: string): number;
  /** What a link adds to a path, ms: the relay delay of a parent that is not the origin included. */
  hopMs(parentId: string, id: string): number;
  /** Children an edge may have. */
  limit(id: string): number;
  /** What a link to an edge costs, by its parent, in the terms of objective.ts; a change from the current plan is included. */
  linkUsdTo(id: string): (parentId: string) => number;
  /** What a path to an edge costs, by its latency in ms, in the same terms. */
  pathUsdTo(id: string): (latencyMs: number) => number;
  /** The parent an edge would change least with: its current one or, where that or the link to it is gone, the backup it has turned to, unless that hangs on it. */
  preferredParent(id: string): string | undefined;
}

/** Whether an edge gets its tracks, by its first way, over that other one. */
function isBelow(cascade: Cascade | undefined, id: string, ancestorId: string): boolean {
  let steps = cascade?.nodes.size ?? 0;
  for (let at = cascade?.nodes.get(id); at !== undefined && steps > 0; at = cascade?.nodes.get(at.parentId), steps--)
    if (at.parentId === ancestorId) return true;
  return false;
}

/** @param heedLoad false where that is the only way to reach everybody: then edges take children up to their limit however busy they and their networks are. */
export function frameOf(request: PlanRequest, heedLoad = true): Frame {
  const { mesh, policy, originId, current } = request;
  const shortest = shortestPaths(mesh, policy, originId);
  const members = new Set(request.memberIds.filter((id) => id !== originId && shortest.has(id)).sort());
  const children = childCounts(current);
  const limits = new Map<string, number>();
  const edge = (id: string): PlanEdge => {
    const known = mesh.edges.get(id);
    if (known === undefined) throw new RangeError(`the mesh has no edge ${id}`);
    return known;
  };
  const shortestMs = (id: string) => shortest.get(id) ?? Infinity;
  const boundMs = (id: string) => latencyBoundMs(policy, shortestMs(id));
  const preferredParent = (id: string) => {
    const node = current?.nodes.get(id);
    if (node === undefined) return undefined;
    if (shortest.has(node.parentId) && !mesh.isLost(node.parentId, id)) return node.parentId;
    return node.backupParentId !== undefined && isBelow(current, node.backupParentId, id)
      ? undefined
      : node.backupParentId;
  };
  const limitOf = (id: string) => {
    const now = children.get(id) ?? 0;
    const limit = fanOutLimit(edge(id), id === originId, now);
    return heedLoad ? Math.max(id === originId ? 1 : 0, childrenUnderLoad(edge(id), limit, now)) : limit;
  };
  return {
    ...request,
    members,
    edge,
    shortestMs,
    boundMs,
    preferredParent,
    hopMs: (parentId, id) => linkMs(mesh, policy, parentId, id) + (parentId === originId ? 0 : policy.relayDelayMs),
    limit(id) {
      const known = limits.get(id);
      if (known !== undefined) return known;
      const limit = limitOf(id);
      limits.set(id, limit);
      return limit;
    },
    linkUsdTo(id) {
      const { region } = edge(id);
      const preferred = preferredParent(id);
      return (parentId) => {
        const crossing = edge(parentId).region === region ? 0 : crossingUsd;
        const change = preferred === undefined || preferred === parentId ? 0 : policy.changeMs * latencyUsdPerMs;
        return mesh.egressUsdPerGb(parentId, id) + crossing + change;
      };
    },
    pathUsdTo(id) {
      if (!members.has(id)) return () => 0;
      const lateFromMs = boundMs(id) + toleranceMs;
      return (latencyMs) => Math.max(0, latencyMs - lateFromMs) * lateUsdPerMs + latencyMs * latencyUsdPerMs;
    },
  };
}
