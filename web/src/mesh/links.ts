import type { MeshEdge, MeshLink } from '@canopy/client';

/** What flows from one edge to another, all meetings taken together. */
export interface Flow {
  from: MeshEdge;
  to: MeshEdge;
  meetings: number;
  tracks: number;
  bitrateBps: number;
}

/** One flow per pair and direction. Links whose edges are unknown are left out. */
export function flowsOf(edges: readonly MeshEdge[], links: readonly MeshLink[]): Flow[] {
  const byId = new Map(edges.map((edge) => [edge.id, edge]));
  const flows = new Map<string, Flow>();
  for (const { parent, child, tracks } of links) {
    const from = byId.get(parent);
    const to = byId.get(child);
    if (from === undefined || to === undefined) continue;
    const key = `${parent}>${child}`;
    const flow = flows.get(key) ?? { from, to, meetings: 0, tracks: 0, bitrateBps: 0 };
    flow.meetings += 1;
    flow.tracks += tracks.length;
    flow.bitrateBps += tracks.reduce((sum, { bitrateBps }) => sum + bitrateBps, 0);
    flows.set(key, flow);
  }
  return [...flows.values()];
}
