import type { Frame } from './frame.ts';
import type { Tree } from './tree.ts';
import type { ParentReason } from './types.ts';

/** Latencies that differ by less count as equal when a choice is explained, ms. */
const noticeableMs = 0.5;

/** Why an edge has the parent it has in a finished tree. */
export function parentReason(frame: Frame, tree: Tree, id: string): ParentReason {
  const { originId, mesh } = frame;
  const parentId = tree.parent(id) ?? originId;
  if (mesh.isLost(parentId, id) || isLate(frame, tree, parentId, id)) return 'only-way';
  const before = frame.current?.nodes.get(id);
  const isGone = (edgeId: string) => mesh.edges.get(edgeId)?.usable !== true && edgeId !== originId;
  if (before !== undefined && (isGone(before.parentId) || mesh.isLost(before.parentId, id))) return 'repaired';
  const better = betterParents(frame, tree, id, parentId);
  if (better.some((other) => tree.hasRoom(other))) return before?.parentId === parentId ? 'kept' : 'for-subtree';
  if (better.length > 0) return 'capacity';
  if (parentId === originId) return 'origin-direct';
  if (frame.edge(parentId).region === frame.edge(id).region) return 'region-gateway';
  return mesh.egressUsdPerGb(parentId, id) < mesh.egressUsdPerGb(originId, id)
    ? 'cheaper-through-relay'
    : 'faster-through-relay';
}

/** Edges of the tree that would be cheaper, or as cheap and faster, with or without room. */
function betterParents(frame: Frame, tree: Tree, id: string, parentId: string): string[] {
  const usd = frame.mesh.egressUsdPerGb(parentId, id);
  const latencyMs = tree.latencyBelow(parentId, id);
  return tree.forwardingIds.filter((other) => {
    if (other === parentId || tree.depth(other) >= frame.policy.maxDepth) return false;
    const otherUsd = frame.mesh.egressUsdPerGb(other, id);
    const better = otherUsd < usd || (otherUsd === usd && tree.latencyBelow(other, id) < latencyMs - noticeableMs);
    return better && !frame.mesh.isLost(other, id) && !isLate(frame, tree, other, id) && !tree.isBelow(other, id);
  });
}

function isLate(frame: Frame, tree: Tree, parentId: string, id: string): boolean {
  return frame.members.has(id) && tree.latencyBelow(parentId, id) > frame.boundMs(id);
}
