import type { Frame } from './frame.ts';
import { none, type Parents, TreeSearch, type Vertex } from './tree-search.ts';
import { type VertexInput, verticesOf } from './vertices.ts';

/** Up to so many vertices are first searched as a whole: most such meshes are solved to the optimum. */
const maxWhole = 40;
const wholeSteps = 20_000;
/** Steps for each part of a mesh that this did not solve. */
const partSteps = 100;
const partSize = 8;
/** Vertices searched in parts over again while that helps. */
const maxPartsSearched = 100;

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
  const all = vertices.map((_, index) => index).slice(1);
  const free = all.filter((index) => !input.settled.has(vertices[index]?.edgeId ?? ''));
  const solved =
    (free.length <= maxWhole || search.usd === Number.POSITIVE_INFINITY) &&
    search.improve(search.usd === Number.POSITIVE_INFINITY ? all : free, wholeSteps);
  if (search.usd === Number.POSITIVE_INFINITY) return undefined;
  if (!solved) improveParts(search, vertices, free);
  const chosen = new Map<string, string>();
  for (const [index, parentIndex] of search.parents.entries()) {
    const [vertex, parent] = [vertices[index], vertices[parentIndex]];
    if (vertex !== undefined && parent !== undefined) chosen.set(vertex.edgeId, parent.edgeId);
  }
  return chosen;
}

function currentParents(frame: Frame, vertices: readonly Vertex[]): Parents {
  const indexes = new Map(vertices.map((vertex, index) => [vertex.edgeId, index]));
  return vertices.map(({ edgeId }) => indexes.get(frame.preferredParent(edgeId) ?? '') ?? none);
}

/**
 * Large neighbourhood search (Shaw 1998, doi:10.1007/3-540-49481-2_30): for each vertex in turn frees those with the
 * shortest links to it, then those that it could serve for less than their parents do.
 */
function improveParts(search: TreeSearch, vertices: readonly Vertex[], free: readonly number[]): void {
  const isFree = new Set(free);
  const near = new Map(free.map((index) => [index, nearest(vertices, index).filter((other) => isFree.has(other))]));
  const customers = customersOf(vertices, free);
  for (let searched = 0, before = Number.POSITIVE_INFINITY; search.usd < before; ) {
    before = search.usd;
    for (const index of free) {
      search.improve(near.get(index) ?? [], partSteps);
      search.improve([index, ...gainers(vertices, search.parents, index, customers)], partSteps);
    }
    searched += free.length;
    if (searched >= maxPartsSearched) return;
  }
}

/** A vertex with those that have the shortest links to it. */
function nearest(vertices: readonly Vertex[], index: number): number[] {
  const arcs = vertices[index]?.arcs.filter((arc) => arc.parent !== 0) ?? [];
  const byLength = [...arcs].sort((a, b) => a.ms - b.ms || a.parent - b.parent);
  return [index, ...byLength.map((arc) => arc.parent)].slice(0, partSize);
}

interface Customer {
  index: number;
  usd: number;
}

/** By vertex: the free ones that may have it as their parent. */
function customersOf(vertices: readonly Vertex[], free: readonly number[]): Map<number, Customer[]> {
  const customers = new Map<number, Customer[]>();
  for (const index of free) {
    for (const { parent, usd } of vertices[index]?.arcs ?? []) {
      const list = customers.get(parent);
      if (list === undefined) customers.set(parent, [{ index, usd }]);
      else list.push({ index, usd });
    }
  }
  return customers;
}

/** Those who would save most with the vertex as their parent. */
function gainers(
  vertices: readonly Vertex[],
  parents: Parents,
  index: number,
  customers: ReadonlyMap<number, readonly Customer[]>,
): number[] {
  const saving = (customer: Customer) => {
    const now = vertices[customer.index]?.arcs.find((arc) => arc.parent === parents[customer.index]);
    return now === undefined ? 0 : now.usd - customer.usd;
  };
  return (customers.get(index) ?? [])
    .map((customer) => ({ index: customer.index, saving: saving(customer) }))
    .filter((customer) => customer.saving > 0)
    .sort((a, b) => b.saving - a.saving || a.index - b.index)
    .slice(0, partSize)
    .map((customer) => customer.index);
}
