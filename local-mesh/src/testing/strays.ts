import type { MeetingPlan, MeshLink, PlanNode } from '@canopy/client';

/** A link, as far as it is compared with a plan. */
export interface HeldLink extends Pick<MeshLink, 'meetingId' | 'parent' | 'child' | 'epoch'> {
  tracks: readonly Pick<MeshLink['tracks'][number], 'id' | 'originEdgeId'>[];
}

/**
 * Everything in which the links of a meeting differ from its plan: an edge that goes by another epoch, a link that the plan
 * does not know, a track that crosses a link twice, or that crosses some links of its cascade and not another one that leads
 * to somebody. None when every edge follows the plan in force and nothing else.
 */
export function strays(meetingId: string, plan: MeetingPlan, { links: all }: { links: readonly HeldLink[] }): string[] {
  const links = all.filter((link) => link.meetingId === meetingId);
  const stale = links.filter(({ epoch }) => epoch !== plan.epoch);
  const crossings = links.flatMap(({ parent, child, tracks }) => tracks.map((track) => ({ ...track, parent, child })));
  const orphans = crossings.filter(({ originEdgeId, parent, child }) => {
    const cascade = plan.cascades.find((one) => one.originEdgeId === originEdgeId);
    const node = cascade?.nodes.find(({ edgeId }) => edgeId === child);
    return node?.parentId !== parent && node?.backupParentId !== parent;
  });
  const seen = new Set<string>();
  const copies = crossings.filter(({ id, parent, child }) => {
    const crossing = `${id} ${parent} ${child}`;
    return seen.has(crossing) || !seen.add(crossing);
  });
  const gaps = plan.cascades.flatMap(({ originEdgeId, nodes }) => {
    const ids = new Set(crossings.filter((one) => one.originEdgeId === originEdgeId).map(({ id }) => id));
    const needed = nodes.filter((node) => leadsToSomebody(node, nodes));
    const planned = needed.flatMap(({ edgeId, parentId }) => [...ids].map((id) => ({ id, edgeId, parentId })));
    return planned.filter(({ id, edgeId, parentId }) => !seen.has(`${id} ${parentId} ${edgeId}`));
  });
  return [
    ...stale.map(({ child, epoch }) => `${child} goes by epoch ${epoch}, not ${plan.epoch}`),
    ...orphans.map(({ id, parent, child }) => `no plan leads ${id} from ${parent} to ${child}`),
    ...copies.map(({ id, parent, child }) => `${id} crosses from ${parent} to ${child} twice`),
    ...gaps.map(({ id, edgeId, parentId }) => `${id} does not come from ${parentId} to ${edgeId}`),
  ];
}

function leadsToSomebody({ edgeId, demand }: PlanNode, nodes: readonly PlanNode[]): boolean {
  return demand > 0 || nodes.some((node) => node.parentId === edgeId && leadsToSomebody(node, nodes));
}
