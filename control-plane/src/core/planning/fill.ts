import type { Frame } from './frame.ts';
import { type Site, strongestFirst } from './sites.ts';
import type { Tree } from './tree.ts';

/**
 * Hangs a site's edges below its gateway. Those whose parent is already there keep it; the others come strongest first, so
 * that whoever forwards most is nearest to the gateway. An edge starts to forward only when no other has room.
 */
export function fillSite(frame: Frame, tree: Tree, site: Site): void {
  const forwarding = [site.gatewayId];
  const leaves: string[] = [];
  const place = (id: string, parentId: string) => {
    tree.add(id, parentId);
    leaves.push(id);
  };
  const left: string[] = [];
  for (const id of inCurrentOrder(frame, site.otherIds)) {
    const preferred = frame.preferredParent(id);
    if (preferred !== undefined && tree.has(preferred) && keeps(frame, tree, preferred, id)) place(id, preferred);
    else left.push(id);
  }
  for (const id of strongestFirst(frame, left)) {
    let parentId = bestParent(frame, tree, id, forwarding);
    if (parentId === undefined) {
      parentId = strongestFirst(frame, leaves).find((leaf) => tree.hasRoom(leaf));
      if (parentId === undefined) return;
      forwarding.push(parentId);
    }
    place(id, parentId);
  }
}

/** Gives every member that has no place yet the best parent anywhere in the tree, as long as there is room. */
export function placeAnywhere(frame: Frame, tree: Tree): void {
  const left = [...frame.members].filter((id) => !tree.has(id));
  for (const id of strongestFirst(frame, left)) {
    const parentId = bestParent(frame, tree, id, [frame.originId, ...tree.edgeIds]);
    if (parentId !== undefined) tree.add(id, parentId);
  }
}

/** Of the edges that have room the one over which an edge costs least, in the terms of objective.ts. */
function bestParent(frame: Frame, tree: Tree, id: string, parentIds: readonly string[]): string | undefined {
  const [linkUsd, pathUsd] = [frame.linkUsdTo(id), frame.pathUsdTo(id)];
  let best: string | undefined;
  let least = Infinity;
  for (const parentId of parentIds) {
    if (!tree.hasRoom(parentId)) continue;
    const usd = linkUsd(parentId) + pathUsd(tree.latencyBelow(parentId, id));
    if (usd < least) {
      least = usd;
      best = parentId;
    }
  }
  return best;
}

function keeps(frame: Frame, tree: Tree, parentId: string, id: string): boolean {
  const sameRegion = frame.edge(parentId).region === frame.edge(id).region;
  return sameRegion && tree.hasRoom(parentId) && tree.latencyBelow(parentId, id) <= frame.boundMs(id);
}

function inCurrentOrder(frame: Frame, ids: readonly string[]): string[] {
  const depth = (id: string) => frame.current?.nodes.get(id)?.depth ?? Infinity;
  return [...ids].sort((a, b) => (depth(a) === depth(b) ? (a < b ? -1 : 1) : depth(a) - depth(b)));
}
