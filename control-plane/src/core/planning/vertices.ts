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

export function verticesOf(frame: Frame, input: VertexInput): Vertex[] {
  const { origin, sites, settled, relayIds } = input;
  const relays = relayIds.filter((id) => !settled.has(id));
  const ids = [origin.gatewayId, ...sites.map((site) => site.gatewayId), ...settled.keys(), ...relays];
  const indexes = new Map(ids.map((id, index) => [id, index]));
  const parents = [origin.gatewayId, ...sites.map((site) => site.gatewayId), ...relayIds];
  const arc = (edgeId: string, parentId: string, pathUsd: Vertex['pathUsd']): Arc => {
    const ms = frame.hopMs(parentId, edgeId);
    const usd = frame.linkUsd(parentId, edgeId);
    const leastMs = Math.max(frame.shortestMs(edgeId), frame.shortestMs(parentId) + ms);
    return { parent: indexes.get(parentId) ?? 0, ms, usd, leastUsd: usd + pathUsd(leastMs) };
  };
  const vertex = (edgeId: string, demand: number, shape: Pick<Vertex, 'pathUsd' | 'roomAtDepth'>, from: string[]) => ({
    edgeId,
    demand,
    shortestMs: frame.shortestMs(edgeId),
    ...shape,
    arcs: from
      .filter((parentId) => parentId !== edgeId)
      .map((parentId) => arc(edgeId, parentId, shape.pathUsd))
      .sort((a, b) => a.leastUsd - b.leastUsd || a.parent - b.parent),
  });
  const settledChildren = new Map<string, number>();
  for (const parentId of settled.values()) settledChildren.set(parentId, (settledChildren.get(parentId) ?? 0) + 1);
  const alone = (edgeId: string) => {
    const room = Math.max(frame.limit(edgeId), settledChildren.get(edgeId) ?? 0);
    return {
      roomAtDepth: Array.from({ length: frame.policy.maxDepth + 1 }, (_, d) => (d < frame.policy.maxDepth ? room : 0)),
      pathUsd: (ms: number) => frame.pathUsd(edgeId, ms),
    };
  };
  return [
    vertex(origin.gatewayId, 1, { roomAtDepth: origin.roomAtDepth, pathUsd: () => 0 }, []),
    ...sites.map((site) =>
      vertex(
        site.gatewayId,
        1 + site.otherIds.length,
        { roomAtDepth: site.roomAtDepth, pathUsd: sitePathUsd(frame, site) },
        parents,
      ),
    ),
    ...[...settled].map(([edgeId, parentId]) => vertex(edgeId, 1, alone(edgeId), [parentId])),
    ...relays.map((edgeId) => vertex(edgeId, 0, alone(edgeId), parents)),
  ];
}

/** What a path to a site's gateway costs: all the site's edges wait for it, and none may be late. */
function sitePathUsd(frame: Frame, { gatewayId, otherIds }: Site): (ms: number) => number {
  const slackMs = otherIds.reduce(
    (least, id) => Math.min(least, frame.boundMs(id) - frame.hopMs(gatewayId, id)),
    frame.boundMs(gatewayId),
  );
  return (ms) =>
    frame.pathUsd(gatewayId, ms) +
    otherIds.length * ms * latencyUsdPerMs +
    Math.max(0, Math.min(ms, frame.boundMs(gatewayId)) - slackMs - toleranceMs) * lateUsdPerMs;
}
