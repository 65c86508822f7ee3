import { latencyBoundMs } from './links.ts';
import type { Cascade, CascadeNode, PlanRequest, Violation } from './types.ts';

/** Room for rounding when latencies are compared, ms. */
const toleranceMs = 1e-6;

/**
 * Every invariant of a cascade, checked against the request that it answers; empty when all hold. A node may miss its
 * latency bound only if its reason says that there was no other way.
 */
export function validateCascade(cascade: Cascade, request: PlanRequest): Violation[] {
  return [
    ...cyclesIn(cascade),
    ...[...cascade.nodes.values()].flatMap((node) => nodeViolations(cascade, node, request)),
    ...fanOutViolations(cascade, request),
    ...missingMembers(cascade, request),
  ];
}

function cyclesIn(cascade: Cascade): Violation[] {
  return [...cascade.nodes.keys()]
    .filter((edgeId) => !leadsToOrigin(cascade, edgeId))
    .map((edgeId) => ({ rule: 'cycle', edgeId, detail: 'its parents do not lead to the origin' }));
}

function leadsToOrigin(cascade: Cascade, edgeId: string): boolean {
  let at = edgeId;
  for (let hops = 0; hops <= cascade.nodes.size; hops += 1) {
    if (at === cascade.originId) return true;
    const node = cascade.nodes.get(at);
    if (node === undefined) return false;
    at = node.parentId;
  }
  return false;
}

function nodeViolations(cascade: Cascade, node: CascadeNode, { mesh, policy, memberIds }: PlanRequest): Violation[] {
  const { edgeId } = node;
  const found: Violation[] = [];
  for (const id of [edgeId, node.parentId, ...(node.backupParentId === undefined ? [] : [node.backupParentId])]) {
    const edge = mesh.edges.get(id);
    if (edge === undefined) found.push({ rule: 'unknown-edge', edgeId, detail: `${id} is not in the mesh` });
    else if (!edge.usable && id !== cascade.originId)
      found.push({ rule: 'unusable-edge', edgeId, detail: `${id} must not be used` });
  }
  if (node.depth > policy.maxDepth) found.push({ rule: 'depth', edgeId, detail: `${node.depth} links to the origin` });
  const boundMs = latencyBoundMs(policy, node.shortestMs);
  if (node.latencyMs > boundMs + toleranceMs && node.reason !== 'only-way')
    found.push({ rule: 'latency', edgeId, detail: `${node.latencyMs} ms where ${boundMs} ms are allowed` });
  if (node.backupParentId !== undefined && backupIsBelow(cascade, edgeId, node.backupParentId))
    found.push({ rule: 'backup-in-subtree', edgeId, detail: `${node.backupParentId} gets its tracks from this edge` });
  const forwards = [...cascade.nodes.values()].some((other) => other.parentId === edgeId);
  if (!memberIds.includes(edgeId) && !forwards)
    found.push({ rule: 'useless-relay', edgeId, detail: 'it neither wants nor forwards tracks' });
  return found;
}

function backupIsBelow(cascade: Cascade, edgeId: string, backupId: string): boolean {
  let at = backupId;
  for (let hops = 0; hops <= cascade.nodes.size; hops += 1) {
    if (at === edgeId) return true;
    const node = cascade.nodes.get(at);
    if (node === undefined) return false;
    at = node.parentId;
  }
  return true;
}

function fanOutViolations(cascade: Cascade, { mesh }: PlanRequest): Violation[] {
  const children = new Map<string, number>();
  for (const node of cascade.nodes.values()) children.set(node.parentId, (children.get(node.parentId) ?? 0) + 1);
  return [...children]
    .filter(([edgeId, count]) => count > (mesh.edges.get(edgeId)?.maxFanOut ?? Infinity))
    .map(([edgeId, count]) => ({ rule: 'fan-out', edgeId, detail: `${count} children` }));
}

function missingMembers(cascade: Cascade, { mesh, memberIds, originId }: PlanRequest): Violation[] {
  return [...new Set(memberIds)]
    .filter((id) => id !== originId && mesh.edges.get(id)?.usable === true && !cascade.nodes.has(id))
    .map((edgeId) => ({ rule: 'missing-member', edgeId, detail: 'it wants the tracks and has no place' }));
}
