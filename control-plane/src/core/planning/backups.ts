import type { Frame } from './frame.ts';
import type { Tree } from './tree.ts';

/** In larger trees only edges that forward, and some of the own region, are considered. */
const maxConsidered = 64;
const maxOfRegion = 16;

/**
 * A second parent for every node: never in its own subtree and, where the tree allows it, on a path that shares no edge but
 * the origin with the primary one, then no region either: one that is lost as a whole takes both. Where several edges of a
 * region hang on one parent, one of them, the standby, has its backup elsewhere and is the backup of the others: if the parent
 * is lost, one copy crosses to the region, not many.
 * @returns backup parents by edge; an edge that has none is absent.
 */
export function backupParents(frame: Frame, tree: Tree): Map<string, string> {
  const backups = new Map<string, string>();
  const extra = new Map<string, number>();
  const assign = (id: string, backupId: string | undefined) => {
    if (backupId === undefined) return;
    backups.set(id, backupId);
    extra.set(backupId, (extra.get(backupId) ?? 0) + 1);
  };
  const spare = (id: string) => frame.limit(id) - tree.children(id).length - (extra.get(id) ?? 0);
  const standbys = standbysOf(frame, tree);
  const inOrder = [...tree.edgeIds].sort((a, b) => tree.depth(a) - tree.depth(b) || (a < b ? -1 : 1));
  const shared = commonCandidates(frame, tree);
  for (const id of inOrder) {
    if (!standbys.has(id)) assign(id, bestBackup(frame, tree, id, candidatesFor(frame, tree, id, shared), spare));
  }
  for (const [id, standbyId] of standbys) {
    if (spare(standbyId) > 0 && !frame.mesh.isLost(standbyId, id)) assign(id, standbyId);
    else assign(id, bestBackup(frame, tree, id, candidatesFor(frame, tree, id, shared), spare));
  }
  return backups;
}

/** For each edge that has a standby beside it: that standby. */
function standbysOf(frame: Frame, tree: Tree): Map<string, string> {
  const standbys = new Map<string, string>();
  for (const parentId of tree.edgeIds) {
    const regions = Map.groupBy(tree.children(parentId), (id) => frame.edge(id).region);
    for (const siblings of regions.values()) {
      const [standby, ...others] = byFitness(frame, siblings);
      if (standby !== undefined && frame.limit(standby) > 0) for (const id of others) standbys.set(id, standby);
    }
  }
  return standbys;
}

/** The current standby first, then who can take most children. */
function byFitness(frame: Frame, siblings: readonly string[]): string[] {
  const isStandby = (id: string) =>
    siblings.some((other) => frame.current?.nodes.get(other)?.backupParentId === id) ? 0 : 1;
  const rank = (id: string) => ({ id, standby: isStandby(id), room: Math.min(frame.limit(id), siblings.length) });
  return siblings
    .map(rank)
    .sort((a, b) => a.standby - b.standby || b.room - a.room || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}

function commonCandidates(frame: Frame, tree: Tree): string[] {
  const all = [frame.originId, ...tree.edgeIds];
  return all.length <= maxConsidered ? all : all.filter((id) => tree.children(id).length > 0);
}

function candidatesFor(frame: Frame, tree: Tree, id: string, common: readonly string[]): Set<string> {
  const siblings = tree.children(tree.parent(id) ?? frame.originId).slice(0, maxOfRegion);
  return new Set([...common, ...siblings]);
}

function bestBackup(
  frame: Frame,
  tree: Tree,
  id: string,
  candidates: ReadonlySet<string>,
  spare: (id: string) => number,
): string | undefined {
  const parentId = tree.parent(id) ?? frame.originId;
  const primary = tree.path(parentId);
  // The origin's region is on every path, and whoever loses its own needs none.
  const needless = [frame.edge(frame.originId).region, frame.edge(id).region];
  const primaryRegions = new Set(
    primary.map((at) => frame.edge(at).region).filter((region) => !needless.includes(region)),
  );
  const sharedRegions = (path: readonly string[]) =>
    primaryRegions.size === 0 ? 0 : path.filter((at) => primaryRegions.has(frame.edge(at).region)).length;
  const height = tree.height(id);
  let best: { id: string; rank: number[] } | undefined;
  for (const candidate of candidates) {
    if (candidate === parentId || frame.edge(candidate).maxFanOut === 0 || frame.mesh.isLost(candidate, id)) continue;
    const path = tree.path(candidate);
    if (path.includes(id)) continue;
    const shared = primary.filter((at) => path.includes(at)).length;
    if (best !== undefined && shared > (best.rank[0] ?? 0)) continue;
    const latencyMs = tree.latencyBelow(candidate, id);
    const rank = [
      shared,
      sharedRegions(path),
      spare(candidate) > 0 ? 0 : 1,
      Math.max(0, tree.depth(candidate) + 1 + height - frame.policy.maxDepth),
      latencyMs > frame.boundMs(id) ? 1 : 0,
      frame.mesh.egressUsdPerGb(candidate, id),
      frame.current?.nodes.get(id)?.backupParentId === candidate ? 0 : 1,
      latencyMs,
    ];
    if (best === undefined || isLess(rank, best.rank)) best = { id: candidate, rank };
  }
  return best?.id;
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
}
