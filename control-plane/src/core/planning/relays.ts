import type { Frame } from './frame.ts';
import { maxUngrouped, type Site } from './sites.ts';

/** Settled edges of one region that may get further children, at most. */
const maxSettledPerRegion = 4;

/**
 * Edges that sites may choose as parents besides the origin and each other: settled ones that have room, and edges without
 * demand. In a mesh too large for all of them, an edge without demand is considered only in regions where nobody else has
 * room: the one that relays already, or the least loaded.
 */
export function relayCandidates(frame: Frame, sites: readonly Site[], settled: ReadonlyMap<string, string>): string[] {
  const children = new Map<string, number>();
  for (const parentId of settled.values()) children.set(parentId, (children.get(parentId) ?? 0) + 1);
  const count = (id: string) => children.get(id) ?? 0;
  const settledWithRoom = [...settled.keys()]
    .filter((id) => count(id) < frame.limit(id))
    .sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1));
  const gateways = new Set(sites.map((site) => site.gatewayId));
  const idle = [...frame.mesh.edges.values()]
    .filter(
      ({ id, usable }) =>
        usable && id !== frame.originId && !frame.members.has(id) && !settled.has(id) && !gateways.has(id),
    )
    .filter(({ id }) => frame.limit(id) > 0)
    .sort((a, b) => relaysNow(frame, a.id) - relaysNow(frame, b.id) || a.load - b.load || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
  if (frame.mesh.edges.size <= maxUngrouped) return [...settledWithRoom, ...idle];
  const region = (id: string) => frame.edge(id).region;
  const served = new Set([
    ...settledWithRoom.map(region),
    ...sites.filter((site) => (site.roomAtDepth[1] ?? 0) > 0).map((site) => region(site.gatewayId)),
  ]);
  const unserved = idle.filter((id) => !served.has(region(id)));
  return [...firstOfEach(settledWithRoom, region, maxSettledPerRegion), ...firstOfEach(unserved, region, 1)];
}

function firstOfEach(ids: readonly string[], region: (id: string) => string, count: number): string[] {
  return [...Map.groupBy(ids, region).values()].flatMap((ofRegion) => ofRegion.slice(0, count));
}

function relaysNow(frame: Frame, id: string): number {
  return frame.current?.nodes.has(id) === true ? 0 : 1;
}
