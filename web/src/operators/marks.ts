import type { MeshEdge } from '@canopy/client';
import { type Point, place } from '../map/projection.ts';

/** Edges that stand at one place of the map: those of a region, and of regions so near that marks would cover each other. */
export interface Mark {
  /** The region whose place it is. */
  id: string;
  /** All of them. */
  regions: readonly string[];
  location: Point;
  edges: readonly MeshEdge[];
  /** The state to look at: of the edge that is worst off. */
  state: MeshEdge['state'];
  sessions: number;
}

/** As wide as a mark, in units of the map. */
const apart = 26;

const worstFirst: readonly MeshEdge['state'][] = ['dead', 'foreign', 'quarantined', 'draining', 'ready'];

/** Where there are edges. Those of regions without a place are in the tables only. */
export function marksOf(edges: readonly MeshEdge[]): Mark[] {
  const placed = [...Map.groupBy(edges, ({ region }) => region)].flatMap(([id, members]) => {
    const location = members[0]?.location;
    return location === undefined ? [] : [{ id, location, edges: members }];
  });
  const groups: (typeof placed)[] = [];
  // In an order that stays while edges come and go.
  for (const region of placed.sort((a, b) => a.id.localeCompare(b.id))) {
    const near = groups.find(([first]) => first !== undefined && distance(first.location, region.location) < apart);
    if (near === undefined) groups.push([region]);
    else near.push(region);
  }
  return groups.flatMap(([first, ...others]) => (first === undefined ? [] : [markOf(first, others)]));
}

type Placed = Pick<Mark, 'id' | 'location' | 'edges'>;

function markOf({ id, location, edges: own }: Placed, others: readonly Placed[]): Mark {
  const edges = [...own, ...others.flatMap((region) => region.edges)];
  return {
    id,
    regions: [id, ...others.map((region) => region.id)],
    location,
    edges,
    state: worstFirst.find((one) => edges.some(({ state }) => state === one)) ?? 'ready',
    sessions: edges.reduce((sum, edge) => sum + edge.sessions, 0),
  };
}

function distance(from: Point, to: Point): number {
  const [x1, y1] = place(from);
  const [x2, y2] = place(to);
  return Math.hypot(x2 - x1, y2 - y1);
}
