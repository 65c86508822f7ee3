import { type EdgeHeartbeat, EdgeLifecycle } from '@canopy/proto/bus';
import { edgeLoad, usableEgressBps } from '../edges/edge-load.ts';
import type { EdgeRecord } from '../edges/edge-record.ts';
import type { MeasuredPath } from '../edges/measured-paths.ts';
import { isAllowed } from '../meeting/settings.ts';
import type { MeshView, PlanEdge } from '../planning/types.ts';
import { egressUsdPerGb } from './egress-prices.ts';

/** What one copy of a cascade takes where it is not known, bit/s: a page full of cameras. */
const copyBps = 15_000_000;

/** What the mesh is for one meeting. */
export interface MeshViewOptions {
  /** Edges that have participants of it: they serve until they are dead. */
  inUse: ReadonlySet<string>;
  /** Round trip between two regions where nothing was measured, ms. */
  estimateRttMs: (fromRegion: string, toRegion: string) => number;
  /** What one edge measured of the way to another. */
  measured: (from: string, to: string) => MeasuredPath | undefined;
  /** Regions where its media may be; empty: all. */
  allowedRegions: readonly string[];
  /** Copies of one track an edge may send to others. */
  maxFanOut: number;
  /** The link between two edges was lost. */
  isLost: (a: string, b: string) => boolean;
}

/**
 * The mesh for the planner of one meeting. An edge that is not in use serves only while it is alive and takes anyone; one that
 * is not understood serves nobody. An edge that drains, that media may not get through to, or that is in a region where the
 * meeting's media may no longer be, forwards nothing but its own participants' tracks; how many children a busy one gives up
 * the planner knows. RTT and loss are what edges measured, in either direction.
 */
export function meshView(
  records: readonly EdgeRecord[],
  { inUse, estimateRttMs, measured, allowedRegions, maxFanOut, isLost }: MeshViewOptions,
): MeshView {
  const edges = new Map<string, PlanEdge>();
  const regions = new Map<string, string>();
  for (const { heartbeat, status, quarantine, understood } of records) {
    if (!understood) continue;
    const { edgeId, region } = heartbeat;
    const leaving = heartbeat.state === EdgeLifecycle.DRAINING || !isAllowed(region, allowedRegions);
    const takesAnyone = status === 'alive' && !leaving && quarantine.state !== 'quarantined';
    const forwards = !leaving && quarantine.state === 'clear';
    const usable = takesAnyone || (inUse.has(edgeId) && status !== 'dead');
    const spareCopies = spareCopiesOf(heartbeat);
    const load = edgeLoad(heartbeat);
    edges.set(edgeId, { id: edgeId, region, load, maxFanOut: forwards ? maxFanOut : 0, spareCopies, usable });
    regions.set(edgeId, region);
  }
  const rttMs = (a: string, b: string) => {
    const [there, back] = [measured(a, b)?.rttMs, measured(b, a)?.rttMs];
    return there === undefined || back === undefined ? (there ?? back) : (there + back) / 2;
  };
  const regionOf = (edgeId: string) => regions.get(edgeId) ?? '';
  return {
    edges,
    rttMs: (a, b) => (a === b ? 0 : (rttMs(a, b) ?? estimateRttMs(regionOf(a), regionOf(b)))),
    loss: (from, to) => (measured(from, to) ?? measured(to, from))?.loss ?? 0,
    isLost,
    egressUsdPerGb: (from, to) => egressUsdPerGb(regionOf(from), regionOf(to)),
  };
}

function spareCopiesOf(heartbeat: EdgeHeartbeat): number {
  return Math.max(0, Math.floor((usableEgressBps(heartbeat) - heartbeat.egressBps) / copyBps));
}
