import type { MeshEdge } from '@canopy/client';

/** The edges of one region, which stand at the same place. */
export interface RegionOfEdges {
  id: string;
  location: { latitude: number; longitude: number };
  edges: readonly MeshEdge[];
  /** The state to look at: of the edge that is worst off. */
  state: MeshEdge['state'];
  /** Of the busiest edge. */
  load: number;
  sessions: number;
}

const worstFirst: readonly MeshEdge['state'][] = ['dead', 'foreign', 'quarantined', 'draining', 'ready'];

/** Regions with a place on the map. */
export function regionsOf(edges: readonly MeshEdge[]): RegionOfEdges[] {
  return [...Map.groupBy(edges, ({ region }) => region)].flatMap(([id, members]) => {
    const location = members[0]?.location;
    if (location === undefined) return [];
    const state = worstFirst.find((one) => members.some((edge) => edge.state === one)) ?? 'ready';
    const load = Math.max(...members.map((edge) => edge.load));
    const sessions = members.reduce((sum, edge) => sum + edge.sessions, 0);
    return { id, location, edges: members, state, load, sessions };
  });
}
