import type { EdgeHeartbeat } from '@canopy/proto/bus';

/** So much of its network an edge may fill: viewers come, and pictures get larger. */
const usableShare = 0.9;

/** What an edge may send, bit/s; infinite where that is not known. */
export function usableEgressBps({ egressCapacityBps }: Pick<EdgeHeartbeat, 'egressCapacityBps'>): number {
  return egressCapacityBps === 0 ? Number.POSITIVE_INFINITY : usableShare * egressCapacityBps;
}

/** How full an edge's network is, 0 to 1; it may pass 1. */
export function networkLoad(heartbeat: Pick<EdgeHeartbeat, 'egressBps' | 'egressCapacityBps'>): number {
  return heartbeat.egressBps / usableEgressBps(heartbeat);
}

/** Whether its network is fuller than its hottest worker. */
export function networkBound(heartbeat: Parameters<typeof edgeLoad>[0]): boolean {
  return networkLoad(heartbeat) > heartbeat.load;
}

/** How full an edge is: its hottest worker, 0 to 1, or its network, which may pass 1; whichever is fuller. */
export function edgeLoad(heartbeat: Pick<EdgeHeartbeat, 'load' | 'egressBps' | 'egressCapacityBps'>): number {
  return Math.max(heartbeat.load, networkLoad(heartbeat));
}
