import { childCounts, fanOutLimit, latencyBoundMs, linkMs } from './links.ts';
import { shortestPaths } from './shortest-paths.ts';
import type { Cascade, CascadeNode, PlanRequest, Violation } from './types.ts';

/** Room for rounding when latencies are compared, ms. */
const toleranceMs = 1e-6;

/** What a cascade's links amount to, worked out anew. */
interface Measured {
  path: readonly string[];
  latencyMs: number;
}

/**
 * Every invariant of a cascade, checked against the request that it answers; empty when all hold. Depths and latencies are
 * worked out from the links, not believed. An edge with demand may miss its latency bound only if the node's reason says
 * that there was no other way.
 */
export function validateCascade(cascade: Cascade, request: PlanRequest): Violation[] {
  const members = new Set(request.memberIds);
  const shortest = shortestPaths(request.mesh, request.policy, request.originId);
  const children = Map.groupBy(cascade.nodes.values(), (node) => node.parentId);
  const current = childCounts(request.current);
  const violations: Violation[] = [];
  for (const node of cascade.nodes.values()) {
    const report = (rule: Violation['rule'], detail: string) => violations.push({ rule, edgeId: node.edgeId, detail });
    checkEdges(node, request, report);
    const measured = measure(cascade, node.edgeId, request);
    if (measured === undefined) {
      report('cycle', 'its parents do not lead to the origin');
      continue;
    }
    checkDepth(node, measured, request, report);
    checkLatency(node, measured, request, shortest, members.has(node.edgeId), report);
    checkBackup(cascade, node, request, report);
    if (!members.has(node.edgeId) && !children.has(node.edgeId))
      report('useless-relay', 'it neither wants nor forwards tracks');
  }
  for (const [edgeId, below] of children) {
    const edge = request.mesh.edges.get(edgeId);
    const limit = edge === undefined ? 0 : fanOutLimit(edge, edgeId === request.originId, current.get(edgeId) ?? 0);
    if (below.length > limit)
      violations.push({ rule: 'fan-out', edgeId, detail: `${below.length} of ${limit} children` });
  }
  for (const edgeId of members) {
    if (edgeId === request.originId || cascade.nodes.has(edgeId) || !shortest.has(edgeId)) continue;
    violations.push({ rule: 'missing-member', edgeId, detail: 'it wants the tracks and has no place' });
  }
  return violations;
}

type Report = (rule: Violation['rule'], detail: string) => void;

function checkEdges(
  { edgeId, parentId, backupParentId, reason }: CascadeNode,
  { mesh, originId }: PlanRequest,
  report: Report,
) {
  for (const id of [edgeId, parentId, backupParentId]) {
    if (id === undefined || id === originId) continue;
    const edge = mesh.edges.get(id);
    if (edge === undefined) report('unknown-edge', `${id} is not in the mesh`);
    else if (!edge.usable) report('unusable-edge', `${id} must not be used`);
  }
  if (mesh.isLost(parentId, edgeId) && reason !== 'only-way') report('lost-link', `its link to ${parentId} was lost`);
}

function checkDepth({ depth }: CascadeNode, { path }: Measured, { policy }: PlanRequest, report: Report) {
  if (path.length > policy.maxDepth) report('depth', `${path.length} links from the origin`);
  if (path.length !== depth) report('depth', `it says ${depth} and is ${path.length}`);
}

function checkLatency(
  node: CascadeNode,
  { latencyMs }: Measured,
  { policy }: PlanRequest,
  shortest: ReadonlyMap<string, number>,
  wanted: boolean,
  report: Report,
) {
  const boundMs = latencyBoundMs(policy, shortest.get(node.edgeId) ?? 0);
  if (wanted && node.reason !== 'only-way' && latencyMs > boundMs + toleranceMs)
    report('latency', `${latencyMs} ms where ${boundMs} ms are allowed`);
  if (Math.abs(latencyMs - node.latencyMs) > toleranceMs)
    report('latency', `it says ${node.latencyMs} ms and is ${latencyMs} ms`);
}

function checkBackup(cascade: Cascade, node: CascadeNode, { originId }: PlanRequest, report: Report) {
  const { edgeId, parentId, backupParentId } = node;
  if (backupParentId === undefined) return;
  if (backupParentId === parentId) report('useless-backup', 'its backup parent is its parent');
  if (backupParentId !== originId && !cascade.nodes.has(backupParentId))
    report('useless-backup', `${backupParentId} is not in the cascade`);
  else if (secondWayOf(cascade, node) === undefined)
    report('useless-backup', `${backupParentId} has no second way to pass on`);
  if (secondWayOf(cascade, node)?.slice(0, -1).includes(edgeId) === true)
    report('backup-in-subtree', `${backupParentId} gets its tracks from this edge`);
}

function measure(cascade: Cascade, edgeId: string, { mesh, policy }: PlanRequest): Measured | undefined {
  const path = pathOf(cascade, edgeId);
  if (path?.some((id) => !mesh.edges.has(id))) return undefined;
  let latencyMs = 0;
  for (const [index, id] of path?.entries() ?? []) {
    latencyMs +=
      linkMs(mesh, policy, path?.[index - 1] ?? cascade.originId, id) + (index > 0 ? policy.relayDelayMs : 0);
  }
  return path === undefined ? undefined : { path, latencyMs };
}

/** Edges from the origin's child down to the edge; undefined where its parents do not lead to the origin. */
function pathOf(cascade: Cascade, edgeId: string): string[] | undefined {
  const path: string[] = [];
  for (let at = edgeId; at !== cascade.originId; ) {
    const node = cascade.nodes.get(at);
    if (node === undefined || path.length > cascade.nodes.size) return undefined;
    path.unshift(at);
    at = node.parentId;
  }
  return path;
}

/** The same along the second way; undefined where the edge has none, or it does not lead to the origin. */
export function secondWayOf(cascade: Cascade, node: CascadeNode): string[] | undefined {
  const chain = [node.edgeId];
  let at = node;
  while (at.backupChained === true) {
    const next = cascade.nodes.get(at.backupParentId ?? '');
    if (next === undefined || chain.length > cascade.nodes.size) return undefined;
    chain.unshift(next.edgeId);
    at = next;
  }
  const path = at.backupParentId === undefined ? undefined : pathOf(cascade, at.backupParentId);
  return path && [...path, ...chain];
}
