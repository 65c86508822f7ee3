import type { Frame } from './frame.ts';
import type { Tree } from './tree.ts';
import type { ParentReason } from './types.ts';

/** Latencies that differ by less count as equal when a choice is explained, ms. */
const noticeableMs = 0.5;

/** Explains a finished tree: why an edge has the parent it has. */
export function parentReasonIn(frame: Frame, tree: Tree): (id: string) => ParentReason {
  const { originId, mesh } = frame;
  const isGone = (edgeId: string) => mesh.edges.get(edgeId)?.usable !== true && edgeId !== originId;
  const rivals = rivalsIn(frame, tree);
  return (id) => {
    const parentId = tree.parent(id) ?? originId;
    if (mesh.isLost(parentId, id) || tree.latencyBelow(parentId, id) > mayTakeMs(frame, id)) return 'only-way';
    const before = frame.current?.nodes.get(id);
    if (before !== undefined && (isGone(before.parentId) || mesh.isLost(before.parentId, id))) return 'repaired';
    const better = betterParent(frame, tree, rivals, id);
    if (better === 'has-room') return before?.parentId === parentId ? 'kept' : 'for-subtree';
    if (better === 'full') return 'capacity';
    if (parentId === originId) return 'origin-direct';
    if (frame.edge(parentId).region === frame.edge(id).region) return 'region-gateway';
    return mesh.egressUsdPerGb(parentId, id) < mesh.egressUsdPerGb(originId, id)
      ? 'cheaper-through-relay'
      : 'faster-through-relay';
  };
}

/** An edge that forwards, and might have been the parent. */
interface Rival {
  id: string;
  latencyMs: number;
  hasRoom: boolean;
}

/** The nearest to the origin first. */
function rivalsIn(frame: Frame, tree: Tree): Rival[] {
  return tree.forwardingIds
    .filter((id) => tree.depth(id) < frame.policy.maxDepth)
    .map((id) => ({ id, latencyMs: tree.latencyMs(id), hasRoom: tree.hasRoom(id) }))
    .sort((a, b) => a.latencyMs - b.latencyMs);
}

/** Whether some edge of the tree would be cheaper than the parent, or as cheap and faster: with room, or without. */
function betterParent(frame: Frame, tree: Tree, rivals: readonly Rival[], id: string): 'has-room' | 'full' | undefined {
  const { mesh, originId } = frame;
  const parentId = tree.parent(id) ?? originId;
  const usd = mesh.egressUsdPerGb(parentId, id);
  const fasterMs = tree.latencyBelow(parentId, id) - noticeableMs;
  const mostMs = mayTakeMs(frame, id);
  let better: 'full' | undefined;
  for (const rival of rivals) {
    if (rival.latencyMs > mostMs) break;
    if (rival.id === parentId || (better === 'full' && !rival.hasRoom)) continue;
    const rivalUsd = mesh.egressUsdPerGb(rival.id, id);
    if (rivalUsd > usd || (rivalUsd === usd && rival.latencyMs >= fasterMs)) continue;
    const latencyMs = tree.latencyBelow(rival.id, id);
    if (latencyMs > mostMs || (rivalUsd === usd && latencyMs >= fasterMs)) continue;
    if (mesh.isLost(rival.id, id) || tree.isBelow(rival.id, id)) continue;
    if (rival.hasRoom) return 'has-room';
    better = 'full';
  }
  return better;
}

/** The latency beyond which an edge gets the tracks late, ms: whoever only relays never does. */
function mayTakeMs(frame: Frame, id: string): number {
  return frame.members.has(id) ? frame.boundMs(id) : Number.POSITIVE_INFINITY;
}
