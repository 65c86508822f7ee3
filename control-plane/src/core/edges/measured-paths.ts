import type { NeighbourRtt } from '@canopy/proto/bus';

/** The way from one edge to another. */
export interface MeasuredPath {
  rttMs: number;
  /** 0 to 1. */
  loss: number;
}

/** In a large mesh an edge's turn to be probed comes this seldom at most, ms: 25 are probed a second. */
const validForMs = 60_000;
/** The edge measured longest ago goes first. */
const mostPerEdge = 1_000;

/**
 * What edges measured of the ways to each other. An edge tells only of the 50 that it probed last, so what it told before is
 * kept for as long as a round over a large mesh takes; all of it while the edge tells nothing, for that is no news of the ways.
 */
export class MeasuredPaths {
  /** By the edge that measured, then by the other one, in the order of last measurement. */
  readonly #byEdge = new Map<string, Map<string, MeasuredPath & { atMs: number }>>();

  /** An edge tells what it measured. `nowMs` by any one clock. */
  heard(fromId: string, neighbours: readonly NeighbourRtt[], nowMs: number): void {
    const paths = this.#byEdge.get(fromId) ?? new Map();
    this.#byEdge.set(fromId, paths);
    for (const { edgeId, rttMs, loss } of neighbours) {
      // Who never answered may have no probes at all.
      if (rttMs === 0) continue;
      paths.delete(edgeId);
      paths.set(edgeId, { rttMs, loss, atMs: nowMs });
    }
    for (const [edgeId, { atMs }] of paths) {
      if (paths.size <= mostPerEdge && nowMs - atMs < validForMs) break;
      paths.delete(edgeId);
    }
  }

  /** Undefined where nothing was measured lately in that direction. */
  between(fromId: string, toId: string): MeasuredPath | undefined {
    return this.#byEdge.get(fromId)?.get(toId);
  }

  /** The edge is gone. */
  forget(edgeId: string): void {
    this.#byEdge.delete(edgeId);
  }
}
