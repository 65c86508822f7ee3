import type { Cascade, MeshView } from '../planning/types.ts';

/** How good the cascades of a plan are. */
export interface PlanFigures {
  /** Links between the origin and each edge. */
  depths: number[];
  /** Latency of each edge's path over the shortest possible, 1 and more. */
  stretches: number[];
  /** US dollars for one GB of media from the origin to everybody, of each cascade. */
  usdPerGb: number[];
}

/** Measures the cascades of one plan. */
export function planFigures(cascades: Iterable<Cascade>, mesh: Pick<MeshView, 'egressUsdPerGb'>): PlanFigures {
  const figures: PlanFigures = { depths: [], stretches: [], usdPerGb: [] };
  for (const { nodes } of cascades) {
    let usdPerGb = 0;
    for (const { edgeId, parentId, depth, latencyMs, shortestMs } of nodes.values()) {
      figures.depths.push(depth);
      figures.stretches.push(shortestMs > 0 ? latencyMs / shortestMs : 1);
      usdPerGb += mesh.egressUsdPerGb(parentId, edgeId);
    }
    if (nodes.size > 0) figures.usdPerGb.push(usdPerGb);
  }
  return figures;
}
