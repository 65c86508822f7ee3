import { type Frame, toleranceMs } from './frame.ts';
import { latencyUsdPerMs, lateUsdPerMs } from './objective.ts';
import type { Site } from './sites.ts';
import type { Arc, Vertex } from './tree-search.ts';

/** The vertices of a search: the origin, the sites that need a place, edges that keep theirs, and edges that may relay. */
export interface VertexInput {
  origin: Site;
  sites: readonly Site[];
  /** Edges whose parent is settled: edge → parent. */
  settled: ReadonlyMap<string, string>;
  /** Edges that sites may choose as parents, besides the origin and the gateways. */
  relayIds: readonly string[];
}

/** Links considered for each vertex: all in a small mesh, the most promising in a large one. */
const maxArcs = 32;

export function verticesOf(frame: Frame, input: VertexInput): Vertex[] {
  const { origin, sites, settled, relayIds } = input;
  const relays = relayIds.filter((id) => !settled.has(id));
  const ids = [origin.gatewayId, ...sites.map((site) => site.gatewayId), ...settled.keys(), ...relays];
  const indexes = new Map(ids.map((id, index) => [id, index]));
  const parents = [origin.gatewayId, ...sites.map((site) => site.gatewayId), ...relayIds]
    .map((id) => ({ id, index: indexes.get(id) ?? 0, shortestMs: frame.shortestMs(id) }))
    .sort((a, b) => a.shortestMs - b.shortestMs || a.index - b.index);
  const settledParents = [...settled.values()];
  const childrenOf = new Map<string, number>();
  for (const id of settledParents) childrenOf.set(id, (childrenOf.get(id) ?? 0) + 1);

  const alone = (edgeId: string) => {
    const room = Math.max(frame.limit(edgeId), childrenOf.get(edgeId) ?? 0);
    return {
      edgeId,
      shortestMs: frame.shortestMs(edgeId),
      roomAtDepth: Array.from({ length: frame.policy.maxDepth + 1 }, (_, d) => (d < frame.policy.maxDepth ? room : 0)),
      pathUsd: frame.pathUsdTo(edgeId),
    };
  };
  const gateway = (site: Site) => {
    const [edgeId, pathUsd] = [site.gatewayId, sitePathUsd(frame, site)];
    const shape = { edgeId, demand: 1 + site.otherIds.length, shortestMs: frame.shortestMs(edgeId), pathUsd };
    return { ...shape, roomAtDepth: site.roomAtDepth, arcs: bestArcs(frame, edgeId, parents, pathUsd) };
  };
  const keeper = ([edgeId, parentId]: readonly [string, string]) => {
    const shape = alone(edgeId);
    const parent = { id: parentId, index: indexes.get(parentId) ?? 0, shortestMs: frame.shortestMs(parentId) };
    return { ...shape, demand: 1, arcs: bestArcs(frame, edgeId, [parent], shape.pathUsd) };
  };
  const relay = (edgeId: string) => {
    const shape = alone(edgeId);
    return { ...shape, demand: 0, arcs: bestArcs(frame, edgeId, parents, shape.pathUsd) };
  };
  const { gatewayId: edgeId, roomAtDepth } = origin;
  return [
    { edgeId, demand: 1, shortestMs: 0, roomAtDepth, pathUsd: () => 0, arcs: [] },
    ...sites.map(gateway),
    ...[...settled].map(keeper),
    ...relays.map(relay),
  ];
}

interface Parent {
  id: string;
  index: number;
  shortestMs: number;
}

/**
 * The links to an edge that look best if each parent is as near to the origin as it can be; that from the origin always.
 * @param parents the nearest to the origin first.
 */
function bestArcs(
  frame: Frame,
  edgeId: string,
  parents: readonly Parent[],
  pathUsd: Vertex['pathUsd'],
): readonly Arc[] {
  const shortestMs = frame.shortestMs(edgeId);
  const spare = parents.length > maxArcs;
  // What the direct link takes no relay needs to exceed: beyond that and the bound it is of no use.
  const usefulMs = spare
    ? Math.max(frame.boundMs(edgeId), frame.hopMs(frame.originId, edgeId))
    : Number.POSITIVE_INFINITY;
  const linkUsd = frame.linkUsdTo(edgeId);
  const preferred = spare ? frame.preferredParent(edgeId) : undefined;
  let current = 0;
  const best = new BestArcs(spare ? maxArcs : parents.length);
  const kept: Arc[] = [];
  for (const parent of parents) {
    if (parent.shortestMs > usefulMs) break;
    if (parent.id === edgeId) continue;
    const ms = frame.hopMs(parent.id, edgeId);
    if (parent.index !== 0 && parent.shortestMs + ms > usefulMs) continue;
    if (parent.id === preferred) current = parent.index;
    const usd = linkUsd(parent.id);
    const leastUsd = usd + pathUsd(Math.max(shortestMs, parent.shortestMs + ms));
    const left = best.offer({ parent: parent.index, ms, usd, leastUsd });
    if (left !== undefined && (left.parent === 0 || left.parent === current)) kept.push(left);
  }
  return [...best.arcs, ...kept.sort(byLeastUsd)];
}

/** The best of the arcs that it is offered, in their order: in a large mesh most are never kept. */
class BestArcs {
  readonly arcs: Arc[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** Returns the one that it does not keep. */
  offer(arc: Arc): Arc | undefined {
    const { arcs } = this;
    if (arcs.length < this.#most) arcs.push(arc);
    let at = arcs.length - 1;
    const last = arcs[at];
    if (last === undefined || (last !== arc && byLeastUsd(last, arc) < 0)) return arc;
    for (let before = arcs[at - 1]; before !== undefined && byLeastUsd(arc, before) < 0; before = arcs[at - 1]) {
      arcs[at] = before;
      at -= 1;
    }
    arcs[at] = arc;
    return last === arc ? undefined : last;
  }
}

function byLeastUsd(a: Arc, b: Arc): number {
  return a.leastUsd - b.leastUsd || a.parent - b.parent;
}

/** What a path to a site's gateway costs: all the site's edges wait for it, and none may be late. */
function sitePathUsd(frame: Frame, { gatewayId, otherIds }: Site): (ms: number) => number {
  const own = frame.pathUsdTo(gatewayId);
  if (otherIds.length === 0) return own;
  const boundMs = frame.boundMs(gatewayId);
  const slackMs = otherIds.reduce(
    (least, id) => Math.min(least, frame.boundMs(id) - frame.hopMs(gatewayId, id)),
    boundMs,
  );
  return (ms) =>
    own(ms) +
    otherIds.length * ms * latencyUsdPerMs +
    Math.max(0, Math.min(ms, boundMs) - slackMs - toleranceMs) * lateUsdPerMs;
}
