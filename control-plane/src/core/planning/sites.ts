import type { Frame } from './frame.ts';

/** Edges of one region that get the tracks over one gateway, so that one copy crosses to them all. */
export interface Site {
  gatewayId: string;
  /** The other edges of the site. */
  otherIds: readonly string[];
  /** Children its gateway has room for outside the site, by the gateway's depth; negative where the site would become too deep. */
  roomAtDepth: readonly number[];
}

/** Up to so many edges each is planned for itself; more are grouped by region. */
export const maxUngrouped = 12;

/** Splits the edges that need a place into sites: one per region, more where one gateway could not serve them all. */
export function formSites(frame: Frame, edgeIds: readonly string[]): Site[] {
  if (frame.mesh.edges.size <= maxUngrouped) return edgeIds.map((id) => siteOf(frame, id, []));
  const regions = Map.groupBy([...edgeIds].sort(), (id) => frame.edge(id).region);
  return [...regions.values()].flatMap((ids) => sitesOfRegion(frame, ids));
}

/** The origin with the edges of its own region: it is their gateway. Those it cannot serve are left over. */
export function formOriginSite(frame: Frame, edgeIds: readonly string[]): { site: Site; leftIds: string[] } {
  const { originId } = frame;
  const grouped = frame.mesh.edges.size > maxUngrouped;
  const near = edgeIds.filter((id) => grouped && frame.edge(id).region === frame.edge(originId).region);
  const site = largestSite(frame, originId, near, 0);
  const served = new Set(site.otherIds);
  return { site, leftIds: edgeIds.filter((id) => !served.has(id)) };
}

function sitesOfRegion(frame: Frame, edgeIds: readonly string[]): Site[] {
  const sites: Site[] = [];
  for (let left = byFitness(frame, edgeIds); left.length > 0; ) {
    const [gatewayId = '', ...others] = left;
    const site = largestSite(frame, gatewayId, others, 1);
    sites.push(site);
    const served = new Set([gatewayId, ...site.otherIds]);
    left = left.filter((id) => !served.has(id));
  }
  return sites;
}

/** The best gateway first: the one in office while it may have children, one that can serve the others, the least loaded, the nearest to the origin. */
function byFitness(frame: Frame, edgeIds: readonly string[]): string[] {
  const region = (id: string | undefined) => (id === undefined ? undefined : frame.mesh.edges.get(id)?.region);
  const inOffice = (id: string) => {
    const preferred = region(frame.preferredParent(id));
    return preferred !== undefined && preferred !== frame.edge(id).region;
  };
  const rank = (id: string) => ({
    id,
    room: Math.min(frame.limit(id), edgeIds.length),
    inOffice: inOffice(id) && frame.limit(id) > 0 ? 0 : 1,
    load: Math.round(frame.edge(id).load * 10),
    ms: Math.round(frame.shortestMs(id)),
  });
  return edgeIds
    .map(rank)
    .sort(
      (a, b) => a.inOffice - b.inOffice || b.room - a.room || a.load - b.load || a.ms - b.ms || (a.id < b.id ? -1 : 1),
    )
    .map(({ id }) => id);
}

/** The gateway with as many of the others as it can serve from `depth` on, in time and within everybody's fan-out. */
function largestSite(frame: Frame, gatewayId: string, otherIds: readonly string[], depth: number): Site {
  const inTime = otherIds.filter((id) => frame.shortestMs(gatewayId) + frame.hopMs(gatewayId, id) <= frame.boundMs(id));
  const served = strongestFirst(frame, inTime);
  let [least, most] = [0, served.length];
  while (least < most) {
    const count = Math.ceil((least + most) / 2);
    if ((siteOf(frame, gatewayId, served.slice(0, count)).roomAtDepth[depth] ?? -1) >= 0) least = count;
    else most = count - 1;
  }
  return siteOf(frame, gatewayId, served.slice(0, least));
}

function siteOf(frame: Frame, gatewayId: string, otherIds: readonly string[]): Site {
  const { maxDepth } = frame.policy;
  const limits = otherIds.map((id) => frame.limit(id));
  const roomAtDepth = Array.from({ length: maxDepth + 1 }, (_, depth) => {
    if (depth === maxDepth) return otherIds.length === 0 ? 0 : -1;
    return frame.limit(gatewayId) - slotsFor(limits, maxDepth - depth);
  });
  return { gatewayId, otherIds, roomAtDepth };
}

/** Edges that can forward to most others first. */
export function strongestFirst(frame: Frame, edgeIds: readonly string[]): string[] {
  return [...edgeIds].sort((a, b) => {
    const [forA, forB] = [frame.limit(a), frame.limit(b)];
    return forA === forB ? (a < b ? -1 : 1) : forB - forA;
  });
}

/** Children a gateway needs so that edges with these fan-out limits, largest first, fit into `levels` levels below it. */
function slotsFor(limits: readonly number[], levels: number): number {
  if (levels === 1) return limits.length;
  let [least, most] = [Math.min(1, limits.length), limits.length];
  while (least < most) {
    const slots = Math.floor((least + most) / 2);
    if (fits(limits, slots, levels)) most = slots;
    else least = slots + 1;
  }
  return least;
}

function fits(limits: readonly number[], slots: number, levels: number): boolean {
  let [placed, open] = [0, slots];
  for (let level = 1; level <= levels && placed < limits.length; level += 1) {
    const here = limits.slice(placed, Math.min(limits.length, placed + open));
    placed += here.length;
    open = here.reduce((sum, limit) => sum + limit, 0);
  }
  return placed >= limits.length;
}
