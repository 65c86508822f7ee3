import type { EdgeAddress, RouteTable } from '@canopy/proto/routing';

/** The table in force after `offered` arrived: a plan is replaced only by a newer one, whatever order they arrive in. */
export function acceptTable(current: RouteTable | undefined, offered: RouteTable): RouteTable {
  return current !== undefined && current.epoch >= offered.epoch ? current : offered;
}

/** How the tracks of `originEdgeId` are reached, or undefined when the table does not say or is older than `minEpoch`. */
export function findRoute(
  table: RouteTable | undefined,
  originEdgeId: string,
  minEpoch: number,
): { parent: EdgeAddress; backupParent: EdgeAddress | undefined } | undefined {
  if (table === undefined || table.epoch < minEpoch) return undefined;
  const route = table.routes.find((candidate) => candidate.originEdgeId === originEdgeId);
  return route?.parent === undefined ? undefined : { parent: route.parent, backupParent: route.backupParent };
}
