import { BackupPolicy, type Route, type RouteTable } from '@canopy/proto/routing';
import type { BackupMode, RoutingSettings } from '../meeting/settings.ts';
import { cascadeAlong, planCascade, repairCascade } from '../planning/planner.ts';
import {
  type Cascade,
  type CascadeNode,
  defaultPlanPolicy,
  type MeshView,
  type PlanPolicy,
  type PlanRequest,
} from '../planning/types.ts';
import { pruned, withFixedParents } from './fixed-parents.ts';

/** The cascades of a meeting. A higher epoch replaces a lower one everywhere. */
export interface MeetingPlan {
  meetingId: string;
  epoch: number;
  /** By origin edge. */
  cascades: ReadonlyMap<string, Cascade>;
  unreached: readonly Unreached[];
  backup: BackupMode;
  /** The {@link routingPrint} of the settings it was made for; undefined: by a version that did not say. */
  routing?: string | undefined;
}

/** An edge that an origin's cascade does not reach: no way was found within the limits, or only over a link that was lost. */
export interface Unreached {
  originId: string;
  edgeId: string;
  because: string;
}

/** What a plan must serve. */
export interface PlanNeeds {
  /** Edges with somebody who may publish. */
  originIds: readonly string[];
  /** Edges with participants; origins are among them. */
  memberIds: readonly string[];
}

export interface MeetingPlanRequest {
  mesh: MeshView;
  needs: PlanNeeds;
  policy: PlanPolicy;
  /** Parents that an operator has fixed. */
  via?: RoutingSettings['via'];
  current: MeetingPlan | undefined;
}

export interface PlannedCascades {
  cascades: ReadonlyMap<string, Cascade>;
  unreached: readonly Unreached[];
}

/** The bounds of a meeting's cascades. */
export function planPolicy({ maxDepth = defaultPlanPolicy.maxDepth }: RoutingSettings): PlanPolicy {
  return { ...defaultPlanPolicy, maxDepth };
}

/** The same text for the same routing settings, in whatever order they are. */
export function routingPrint({ maxDepth, maxFanOut, via = {}, backup }: RoutingSettings): string {
  const parents = Object.keys(via)
    .sort()
    .map((edgeId) => [edgeId, via[edgeId]]);
  return JSON.stringify([maxDepth ?? null, maxFanOut ?? null, parents, backup ?? null]);
}

/** False when the plan was made for other routing settings. One that does not say for which stays in force. */
export function isMadeFor({ routing }: MeetingPlan, settings: RoutingSettings): boolean {
  return routing === undefined || routing === routingPrint(settings);
}

/** Plans every cascade of a meeting, with a rest before each: all together may take longer than others should wait. */
export function* planByCascade(request: MeetingPlanRequest): Generator<undefined, PlannedCascades> {
  const { mesh, policy } = request;
  const cascades = new Map<string, Cascade>();
  const unreached: Unreached[] = [];
  for (const originId of request.needs.originIds) {
    if (mesh.edges.get(originId)?.usable !== true) continue;
    yield;
    const current = request.current?.cascades.get(originId);
    const { memberIds } = request.needs;
    const wanted = { mesh, originId, memberIds, policy };
    const nodes = [...(current?.nodes.values() ?? [])];
    const lost = new Set(nodes.map(({ edgeId }) => edgeId).filter((id) => mesh.edges.get(id)?.usable !== true));
    const result =
      current === undefined
        ? planCascade(wanted)
        : lost.size > 0 || nodes.some((node) => isOverLostLink(node, mesh))
          ? repairCascade({ ...wanted, current, lost })
          : planCascade({ ...wanted, current });
    const cascade = fixParents({ ...wanted, ...(current && { current }) }, result.cascade, request.via);
    cascades.set(originId, cascade);
    const cutOff = [...cascade.nodes.values()].filter((node) => isOverLostLink(node, mesh));
    // What can't be used is no member: once it can be, it must be reached.
    const members = result.unreached.filter(({ edgeId }) => mesh.edges.get(edgeId)?.usable === true);
    unreached.push(
      ...members.map((member) => ({ originId, ...member })),
      ...cutOff.map(({ edgeId }) => ({
        originId,
        edgeId,
        because: 'the link to its parent was lost, and no other way leads there',
      })),
    );
  }
  return { cascades, unreached };
}

function isOverLostLink({ edgeId, parentId }: CascadeNode, mesh: MeshView): boolean {
  return mesh.isLost(parentId, edgeId);
}

function fixParents(request: PlanRequest, cascade: Cascade, via: RoutingSettings['via']): Cascade {
  if (via === undefined || Object.keys(via).length === 0) return cascade;
  const { mesh, originId, memberIds } = request;
  const passable = Object.fromEntries(
    Object.entries(via).filter(([edgeId, parentId]) => !mesh.isLost(parentId, edgeId)),
  );
  const usable = new Set([...mesh.edges.values()].filter((edge) => edge.usable).map((edge) => edge.id));
  const forwards = (edgeId: string) => edgeId === originId || (mesh.edges.get(edgeId)?.maxFanOut ?? 0) > 0;
  const planned = new Map([...cascade.nodes].map(([edgeId, node]) => [edgeId, node.parentId]));
  const members = memberIds.filter((edgeId) => usable.has(edgeId));
  const parents = pruned(
    originId,
    withFixedParents(originId, planned, passable, new Set([...usable].filter(forwards))),
    members,
  );
  const { nodes } = cascadeAlong(request, parents);
  const explained = (node: CascadeNode): CascadeNode =>
    via[node.edgeId] === node.parentId ? { ...node, reason: 'kept' } : node;
  return { originId, nodes: new Map([...nodes].map(([edgeId, node]) => [edgeId, explained(node)])) };
}

/**
 * True when the plan leads every origin's tracks to every member, over edges that can still be used for what they do and links
 * that were not lost. A member that could not be reached when the plan was made counts as served: planning again would change
 * nothing until the mesh changes.
 */
export function covers(plan: MeetingPlan, needs: PlanNeeds, mesh: MeshView): boolean {
  const usable = (edgeId: string) => mesh.edges.get(edgeId)?.usable === true;
  if (![...edgesOf(plan)].every(usable)) return false;
  const mayForward = (cascade: Cascade, edgeId: string) =>
    edgeId === cascade.originId || mesh.edges.get(edgeId)?.maxFanOut !== 0;
  const leads = (cascade: Cascade, node: CascadeNode) =>
    mayForward(cascade, node.parentId) &&
    (!isOverLostLink(node, mesh) || isUnreached(plan, cascade.originId, node.edgeId));
  const cascades = [...plan.cascades.values()];
  if (!cascades.every((cascade) => [...cascade.nodes.values()].every((node) => leads(cascade, node)))) return false;
  const members = needs.memberIds.filter(usable);
  return needs.originIds.filter(usable).every((originId) => {
    const cascade = plan.cascades.get(originId);
    const reached = (edgeId: string) =>
      edgeId === originId || cascade?.nodes.has(edgeId) === true || isUnreached(plan, originId, edgeId);
    return cascade !== undefined && members.every(reached);
  });
}

function isUnreached({ unreached }: MeetingPlan, originId: string, edgeId: string): boolean {
  return unreached.some((one) => one.originId === originId && one.edgeId === edgeId);
}

/** True when nothing in the plan is there for somebody who has left. */
export function isTight(plan: MeetingPlan, needs: PlanNeeds): boolean {
  const [origins, members] = [new Set(needs.originIds), new Set(needs.memberIds)];
  return [...plan.cascades.values()].every(
    ({ originId, nodes }) =>
      origins.has(originId) && [...nodes.values()].every(({ edgeId, relay }) => relay || members.has(edgeId)),
  );
}

/** Every edge that has a place in the plan, relays included. */
export function edgesOf(plan: MeetingPlan): Set<string> {
  const edges = new Set<string>();
  for (const cascade of plan.cascades.values()) {
    edges.add(cascade.originId);
    for (const edgeId of cascade.nodes.keys()) edges.add(edgeId);
  }
  return edges;
}

/** One-way ms from an origin to an edge over the plan; undefined where the plan does not lead. */
export function plannedPathMs(plan: MeetingPlan | undefined, originId: string, edgeId: string): number | undefined {
  return originId === edgeId ? 0 : plan?.cascades.get(originId)?.nodes.get(edgeId)?.latencyMs;
}

const backupPolicies = {
  none: BackupPolicy.NONE,
  cold: BackupPolicy.COLD,
  warm: BackupPolicy.WARM,
} as const satisfies Record<BackupMode, BackupPolicy>;

/** The routes of one edge. `linkAddress` gives undefined for edges that are gone, and their routes are left out. */
export function routeTable(
  plan: MeetingPlan,
  edgeId: string,
  linkAddress: (edgeId: string) => string | undefined,
): RouteTable {
  const address = (id: string | undefined) => {
    const found = id === undefined ? undefined : linkAddress(id);
    return id === undefined || found === undefined ? undefined : { edgeId: id, linkAddress: found };
  };
  const routes: Route[] = [];
  for (const cascade of plan.cascades.values()) {
    const node = cascade.nodes.get(edgeId);
    const parent = address(node?.parentId);
    if (node === undefined || parent === undefined) continue;
    const backupParent = address(node.backupParentId);
    const backupChained = backupParent !== undefined && node.backupChained === true;
    routes.push({ originEdgeId: cascade.originId, parent, backupParent, backupChained });
  }
  return { meetingId: plan.meetingId, epoch: plan.epoch, edgeId, routes, backup: backupPolicies[plan.backup] };
}

/** Origins whose tracks an edge gets from `parentId`, or got from it before the plan in force. */
export function originsVia(plan: MeetingPlan, edgeId: string, parentId: string): string[] {
  return [...plan.cascades.values()]
    .filter(({ originId, nodes }) => originId === parentId || nodes.get(edgeId)?.parentId === parentId)
    .map(({ originId }) => originId);
}
