import { backupParents } from './backups.ts';
import { type Frame, frameOf } from './frame.ts';
import { growTree, treeOf } from './grow.ts';
import { parentReasonIn } from './reasons.ts';
import { Tree } from './tree.ts';
import type { Cascade, CascadeNode, MeshView, PlanRequest, PlanResult } from './types.ts';

export type * from './types.ts';
export { defaultFanOut, defaultPlanPolicy } from './types.ts';
export { secondWayOf, validateCascade } from './validate.ts';

/**
 * The tree that carries one origin's tracks to every member: of the trees within depth, fan-out and latency the cheapest,
 * of equally cheap ones the fastest, of equally fast ones the one that changes least. Depth and fan-out hold always; a
 * member that no tree reaches in time gets the least late path. Deterministic.
 */
export function planCascade(request: PlanRequest): PlanResult {
  const { frame, tree } = bestAttempt(request);
  return resultOf(frame, tree);
}

/**
 * The plan in force without the lost edges, and around links that were lost: whoever hung on them gets another parent, first
 * of all the backup it has turned to by itself. Every other child keeps its parent, unless somebody could not be reached that
 * way; or unless that drains or is too busy, while no edge is lost.
 */
export function repairCascade(request: PlanRequest & { lost: ReadonlySet<string> }): PlanResult {
  const without = { ...request, mesh: withoutEdges(request.mesh, request.lost) };
  const frame = frameOf(without);
  const repaired = growTree(frame, settledLinks(frame, request.lost.size === 0));
  if (repaired === undefined) return planCascade(without);
  const missing = countMissing(frame, repaired);
  const replanned = missing === 0 ? undefined : bestAttempt(without);
  return replanned !== undefined && replanned.missing < missing
    ? resultOf(replanned.frame, replanned.tree)
    : resultOf(frame, repaired);
}

/** The cascade with the parents given, which make a tree, and with the backups that go with them. */
export function cascadeAlong(request: PlanRequest, parents: ReadonlyMap<string, string>): Cascade {
  const frame = frameOf(request);
  return resultOf(frame, treeOf(frame, parents)).cascade;
}

function bestAttempt(request: PlanRequest): Attempt {
  const { current, ...afresh } = request;
  let best = attempt(frameOf(request));
  // What is there already may stand in the way of reaching everybody, then how busy edges are: they give way in turn.
  const relaxed = [...(current === undefined ? [] : [() => frameOf(afresh)]), () => frameOf(request, false)];
  for (const frame of relaxed) {
    if (best.missing === 0) break;
    const next = attempt(frame());
    if (next.missing < best.missing) best = next;
  }
  return best;
}

/** Edges from the origin's child down to the edge itself; empty where the edge has no place in the cascade. */
export function pathTo(cascade: Cascade, edgeId: string): string[] {
  const path: string[] = [];
  for (let node = cascade.nodes.get(edgeId); node !== undefined; node = cascade.nodes.get(node.parentId)) {
    if (path.includes(node.edgeId)) break;
    path.unshift(node.edgeId);
  }
  return path;
}

interface Attempt {
  frame: Frame;
  tree: Tree;
  missing: number;
}

function attempt(frame: Frame): Attempt {
  const tree = growTree(frame, new Map()) ?? new Tree(frame);
  return { frame, tree, missing: countMissing(frame, tree) };
}

function withoutEdges(mesh: MeshView, lost: ReadonlySet<string>): MeshView {
  const edges = new Map([...mesh.edges].map(([id, edge]) => [id, lost.has(id) ? { ...edge, usable: false } : edge]));
  return {
    edges,
    rttMs: (a, b) => mesh.rttMs(a, b),
    loss: (from, to) => mesh.loss(from, to),
    isLost: (a, b) => mesh.isLost(a, b),
    egressUsdPerGb: (from, to) => mesh.egressUsdPerGb(from, to),
  };
}

/**
 * Links of the current plan that stay: both ends can be used, media gets through, and what is below is wanted. A parent that has
 * come to drain, or to be too busy, is `relieved` of what is too much for it, last of those that forward themselves.
 */
function settledLinks(frame: Frame, relieved: boolean): Map<string, string> {
  const nodes = [...(frame.current?.nodes.values() ?? [])];
  const isUsable = (id: string) => id === frame.originId || frame.mesh.edges.get(id)?.usable === true;
  const usable = nodes.filter(
    ({ edgeId, parentId }) => isUsable(edgeId) && isUsable(parentId) && !frame.mesh.isLost(parentId, edgeId),
  );
  const parents = new Set(usable.map(({ parentId }) => parentId));
  const families = Map.groupBy(
    usable.toSorted((a, b) => Number(parents.has(b.edgeId)) - Number(parents.has(a.edgeId))),
    ({ parentId }) => parentId,
  );
  const kept = [...families].flatMap(([parentId, children]) =>
    relieved ? children.slice(0, frame.limit(parentId)) : children,
  );
  const links = new Map(kept.map(({ edgeId, parentId }) => [edgeId, parentId]));
  for (let size = Infinity; size > links.size; ) {
    size = links.size;
    const forwarding = new Set(links.values());
    for (const id of links.keys()) if (!frame.members.has(id) && !forwarding.has(id)) links.delete(id);
  }
  return links;
}

/** Members that the tree does not reach, and edges that it reaches only over a link that was lost. */
function countMissing(frame: Frame, tree: Tree): number {
  const isLost = (id: string) => frame.mesh.isLost(tree.parent(id) ?? frame.originId, id);
  return [...frame.members].filter((id) => !tree.has(id)).length + tree.edgeIds.filter(isLost).length;
}

function resultOf(frame: Frame, tree: Tree): PlanResult {
  const backups = backupParents(frame, tree);
  const reasonOf = parentReasonIn(frame, tree);
  const nodes = new Map<string, CascadeNode>();
  let costUsdPerGb = 0;
  for (const edgeId of tree.edgeIds) {
    const parentId = tree.parent(edgeId) ?? frame.originId;
    const backup = backups.get(edgeId);
    costUsdPerGb += frame.mesh.egressUsdPerGb(parentId, edgeId);
    nodes.set(edgeId, {
      edgeId,
      parentId,
      ...(backup === undefined ? {} : { backupParentId: backup.parentId }),
      ...(backup?.chained === true ? { backupChained: true as const } : {}),
      latencyMs: tree.latencyMs(edgeId),
      shortestMs: frame.shortestMs(edgeId),
      depth: tree.depth(edgeId),
      reason: reasonOf(edgeId),
      relay: !frame.members.has(edgeId),
    });
  }
  const unreached = [...new Set(frame.memberIds)]
    .filter((id) => id !== frame.originId && !tree.has(id))
    .map((edgeId) => ({
      edgeId,
      because: frame.members.has(edgeId)
        ? 'no edge has room for another child within the depth limit'
        : 'the edge cannot be used',
    }));
  return { cascade: { originId: frame.originId, nodes }, unreached, costUsdPerGb };
}
