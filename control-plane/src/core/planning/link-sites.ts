import type { Frame } from './frame.ts';
import { none, type Parents, TreeSearch, type Vertex } from './tree-search.ts';
import { type VertexInput, verticesOf } from './vertices.ts';

/** Steps in which most meshes of a dozen or two regions are solved to the optimum. */
const wholeSteps = 20_000;
/** Steps for each part of a mesh that is too large for that. */
const partSteps = 400;
const partSize = 8;
const maxPasses = 2;

/**
 * Chooses the parents of sites and of the relays they need, settled edges staying where they are. Small meshes are solved
 * to the optimum; in larger ones every neighbourhood is, in turn, until none gets better.
 * @returns parents by edge; sites that cannot be reached are absent. Undefined where settled edges leave no way at all.
 */
export function linkSites(frame: Frame, input: VertexInput): Map<string, string> | undefined {
  const vertices = verticesOf(frame, input);
  const search = new TreeSearch(vertices, frame.policy.maxRelays);
  search.offer(vertices.map(() => none));
  search.offer(currentParents(frame, vertices));
  const firstSettled = 1 + input.sites.length;
  const isFree = (index: number) => index < firstSettled || index >= firstSettled + input.settled.size;
  if (!search.improve(isFree, wholeSteps)) improveParts(search, vertices, isFree);
  const { parents, usd } = search.best;
  if (usd === Infinity) return undefined;
  const chosen = new Map<string, string>();
  for (const [index, vertex] of vertices.entries()) {
    const parent = vertices[parents[index] ?? none];
    if (parent !== undefined) chosen.set(vertex.edgeId, parent.edgeId);
  }
  return chosen;
}

function currentParents(frame: Frame, vertices: readonly Vertex[]): Parents {
  const indexes = new Map(vertices.map((vertex, index) => [vertex.edgeId, index]));
  return vertices.map(({ edgeId }) => indexes.get(frame.preferredParent(edgeId) ?? '') ?? none);
}

/** Large neighbourhood search: frees some vertices near each other at a time (Shaw 1998, doi:10.1007/3-540-49481-2_30). */
function improveParts(search: TreeSearch, vertices: readonly Vertex[], isFree: (index: number) => boolean): void {
  const parts = vertices.map((_, index) => nearest(vertices, index).filter(isFree));
  for (let pass = 0, before = Infinity; pass < maxPasses && search.best.usd < before; pass += 1) {
    before = search.best.usd;
    for (const [index, near] of parts.entries()) {
      const { parents } = search.best;
      const isFamily = (other: number) => other === index || parents[other] === index;
      const part = new Set(near);
      search.improve((other) => part.has(other), partSteps);
      search.improve((other) => isFamily(other) && isFree(other), partSteps);
    }
  }
}

/** A vertex with those that have the shortest links to it. */
function nearest(vertices: readonly Vertex[], index: number): number[] {
  const arcs = vertices[index]?.arcs.filter((arc) => arc.parent !== 0) ?? [];
  return [index, ...[...arcs].sort((a, b) => a.ms - b.ms || a.parent - b.parent).map((arc) => arc.parent)].slice(
    0,
    partSize,
  );
}
