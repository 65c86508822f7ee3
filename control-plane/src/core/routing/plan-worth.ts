import { childCounts, childrenUnderLoad, fanOutLimit, latencyBoundMs, linkMs } from '../planning/links.ts';
import { shortestPaths } from '../planning/shortest-paths.ts';
import type { Cascade, MeshView, PlanPolicy } from '../planning/types.ts';
import type { PlanNeeds, PlannedCascades } from './meeting-plan.ts';

/** What the cascades of a meeting are worth by what is measured now. */
interface Worth {
  /** Members without a path or with one beyond its bound, links that were lost, and children that busy edges should not have. */
  faults: number;
  /** US dollars for one GB of media from every origin to everybody. */
  usdPerGb: number;
  /** Of all paths together. */
  latencyMs: number;
}

/** A plan that has no fewer faults must save this share of the money, or of the latency, 0 to 1. */
const worthwhileShare = 0.1;
/** Latency that is too little to be worth a change, all paths together, ms. */
const worthwhileMs = 10;

/** Whether one plan is so much better than the one in force that edges should change their parents for it. It rests before each origin, as planning does. */
export function* isClearlyBetter(
  planned: PlannedCascades,
  current: PlannedCascades,
  needs: PlanNeeds,
  mesh: MeshView,
  policy: PlanPolicy,
): Generator<undefined, boolean> {
  const after: Worth = { faults: 0, usdPerGb: 0, latencyMs: 0 };
  const before = { ...after };
  for (const originId of needs.originIds) {
    yield;
    const shortest = shortestPaths(mesh, policy, originId);
    for (const [worth, { cascades }] of [
      [after, planned],
      [before, current],
    ] as const) {
      const cascade = cascades.get(originId) ?? { originId, nodes: new Map() };
      add(worth, cascade, needs.memberIds, shortest, mesh, policy);
    }
  }
  if (after.faults > before.faults) return false;
  if (after.faults < before.faults) return true;
  if (after.usdPerGb <= before.usdPerGb * (1 - worthwhileShare) && after.usdPerGb < before.usdPerGb) return true;
  const savedMs = before.latencyMs - after.latencyMs;
  return after.usdPerGb <= before.usdPerGb && savedMs >= Math.max(worthwhileMs, before.latencyMs * worthwhileShare);
}

/** To what a plan is worth, what one cascade of it is. */
function add(
  worth: Worth,
  cascade: Cascade,
  memberIds: readonly string[],
  shortest: ReadonlyMap<string, number>,
  mesh: MeshView,
  policy: PlanPolicy,
): void {
  const pathMs = latencies(cascade, mesh, policy);
  for (const edgeId of memberIds) {
    const shortestMs = shortest.get(edgeId);
    if (edgeId === cascade.originId || shortestMs === undefined) continue;
    const ms = pathMs(edgeId);
    if (ms === undefined || ms > latencyBoundMs(policy, shortestMs)) worth.faults += 1;
    worth.latencyMs += ms ?? 0;
  }
  for (const { edgeId, parentId } of cascade.nodes.values()) {
    worth.usdPerGb += mesh.egressUsdPerGb(parentId, edgeId);
    if (mesh.isLost(parentId, edgeId)) worth.faults += 1;
  }
  worth.faults += surplusChildren(cascade, mesh);
}

/** Latency of the path to each edge, ms; undefined where there is none. */
function latencies(
  { originId, nodes }: Cascade,
  mesh: MeshView,
  policy: PlanPolicy,
): (edgeId: string) => number | undefined {
  const known = new Map<string, number | undefined>([[originId, 0]]);
  const pathMs = (edgeId: string): number | undefined => {
    if (known.has(edgeId)) return known.get(edgeId);
    const parentId = nodes.get(edgeId)?.parentId;
    const above = parentId === undefined ? undefined : pathMs(parentId);
    const relayMs = parentId === originId ? 0 : policy.relayDelayMs;
    const ms =
      parentId === undefined || above === undefined
        ? undefined
        : above + relayMs + linkMs(mesh, policy, parentId, edgeId);
    known.set(edgeId, ms);
    return ms;
  };
  return pathMs;
}

/** Children beyond what their parents should have, as busy as they are. */
function surplusChildren(cascade: Cascade, mesh: MeshView): number {
  let surplus = 0;
  for (const [edgeId, count] of childCounts(cascade)) {
    const edge = mesh.edges.get(edgeId);
    const isOrigin = edgeId === cascade.originId;
    const limit = edge === undefined ? 0 : fanOutLimit(edge, isOrigin, count);
    surplus += Math.max(0, count - Math.max(isOrigin ? 1 : 0, childrenUnderLoad(edge ?? { load: 0 }, limit, count)));
  }
  return surplus;
}
