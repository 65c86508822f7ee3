import type { Mesh, MeshLink } from '@canopy/client';

/** What one look at the mesh shows of a meeting. */
export interface MeshFindings {
  links: number;
  /** The most that one track is carried by one link. */
  copiesPerLinkAndTrack: number;
  /** The most parents that one edge has one track from. */
  parentsPerTrack: number;
  /** Links on the longest way of a track from its origin. */
  depth: number;
  epochs: ReadonlySet<number>;
  /** Load of each edge, 0 to 1. */
  loads: ReadonlyMap<string, number>;
}

export function findingsOf({ edges, links }: Mesh, meetingId: string): MeshFindings {
  const own = links.filter((link) => link.meetingId === meetingId);
  const carried = own.flatMap((link) =>
    link.tracks.map(({ id, originEdgeId }) => ({
      link: `${link.parent} ${link.child}`,
      ...ends(link),
      id,
      originEdgeId,
    })),
  );
  const origins = new Map(carried.map(({ id, originEdgeId }) => [id, originEdgeId]));
  const depths = [...origins].map(([trackId, origin]) => {
    const hops = carried.filter(({ id }) => id === trackId);
    return longestWay(origin, hops, new Set());
  });
  return {
    links: new Set(own.map(({ parent, child }) => `${parent} ${child}`)).size,
    copiesPerLinkAndTrack: most(carried.map(({ link, id }) => `${link} ${id}`)),
    parentsPerTrack: most(
      [...new Set(carried.map(({ parent, child, id }) => `${child} ${id} ${parent}`))].map(withoutLast),
    ),
    depth: Math.max(0, ...depths),
    epochs: new Set(own.map(({ epoch }) => epoch)),
    loads: new Map(edges.map(({ id, load }) => [id, load])),
  };
}

function ends({ parent, child }: MeshLink): { parent: string; child: string } {
  return { parent, child };
}

function withoutLast(words: string): string {
  return words.slice(0, words.lastIndexOf(' '));
}

/** How often the most frequent of these occurs. */
function most(keys: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

/** Links from `edge` down; an edge already passed ends the way, because the edges are not asked at one instant. */
function longestWay(
  edge: string,
  hops: readonly { parent: string; child: string }[],
  passed: ReadonlySet<string>,
): number {
  const here = new Set([...passed, edge]);
  const below = hops.filter(({ parent, child }) => parent === edge && !here.has(child));
  return Math.max(0, ...below.map(({ child }) => 1 + longestWay(child, hops, here)));
}
