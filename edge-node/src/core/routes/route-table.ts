import { BackupPolicy, type EdgeAddress, type RouteTable } from '@canopy/proto/routing';

/** The table in force after `offered` arrived: a plan is replaced only by a newer one, whatever order they arrive in. */
export function acceptTable(current: RouteTable | undefined, offered: RouteTable): RouteTable {
  return current !== undefined && current.epoch >= offered.epoch ? current : offered;
}

/** How the tracks of an origin are reached. */
export interface FoundRoute {
  parent: EdgeAddress;
  /** Only where the policy has a use for it. */
  backupParent: EdgeAddress | undefined;
  /** The backup parent is to pass on its own second way. */
  backupChained: boolean;
  policy: BackupPolicy;
}

/** How the tracks of `originEdgeId` are reached, or undefined when the table does not say or is older than `minEpoch`. */
export function findRoute(
  table: RouteTable | undefined,
  originEdgeId: string,
  minEpoch: number,
): FoundRoute | undefined {
  if (table === undefined || table.epoch < minEpoch) return undefined;
  const route = table.routes.find((candidate) => candidate.originEdgeId === originEdgeId);
  if (route?.parent === undefined) return undefined;
  const policy = table.backup ?? BackupPolicy.NONE;
  const wanted = policy === BackupPolicy.COLD || policy === BackupPolicy.WARM;
  const distinct = route.backupParent?.edgeId !== route.parent.edgeId;
  const { parent, backupParent, backupChained = false } = route;
  return { parent, backupParent: wanted && distinct ? backupParent : undefined, backupChained, policy };
}
