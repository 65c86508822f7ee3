import { fillSite, placeAnywhere } from './fill.ts';
import type { Frame } from './frame.ts';
import { linkSites } from './link-sites.ts';
import { relayCandidates } from './relays.ts';
import { formOriginSite, formSites } from './sites.ts';
import { Tree } from './tree.ts';

/**
 * Makes a tree: links sites with each other, fills each gateway's site, and puts what is left wherever there is room.
 * @param settled edges whose parent must stay: edge → parent.
 * @returns undefined where the settled edges leave no way at all.
 */
export function growTree(frame: Frame, settled: ReadonlyMap<string, string>): Tree | undefined {
  const forwarding = new Set(settled.values());
  const orphans = [...forwarding].filter((id) => id !== frame.originId && !settled.has(id)).sort();
  const toPlace = [...frame.members].filter((id) => !settled.has(id));
  const { site: origin, leftIds } = formOriginSite(
    frame,
    toPlace.filter((id) => !forwarding.has(id)),
  );
  // An edge that others hang on is a site of its own, so that its depth counts for those below it.
  const alone = orphans.flatMap((id) => formSites(frame, [id]));
  const sites = [...alone, ...formSites(frame, leftIds)];
  const relayIds = relayCandidates(frame, sites, settled);
  const parents = linkSites(frame, { origin, sites, settled, relayIds });
  if (parents === undefined) return undefined;
  const tree = treeOf(frame, parents);
  for (const site of [origin, ...sites]) if (tree.has(site.gatewayId)) fillSite(frame, tree, site);
  placeAnywhere(frame, tree);
  return tree;
}

/** The tree with these parents; edges that they do not lead to from the origin are left out. */
export function treeOf(frame: Frame, parents: ReadonlyMap<string, string>): Tree {
  const tree = new Tree(frame);
  const children = Map.groupBy(parents.keys(), (id) => parents.get(id) ?? '');
  const below = (parentId: string) => {
    for (const id of children.get(parentId) ?? []) {
      tree.add(id, parentId);
      below(id);
    }
  };
  below(frame.originId);
  return tree;
}
