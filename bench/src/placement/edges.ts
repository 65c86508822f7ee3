import type { EdgeCandidate, GeoPoint } from '@canopy/control-plane/core/placement/types';

/** An idle, healthy edge. */
export function idleEdge(id: string, region: string, location: GeoPoint): EdgeCandidate {
  return {
    id,
    region,
    location,
    health: 'alive',
    draining: false,
    reportedLoad: 0,
    reservations: 0,
    loadPerParticipant: 0.002,
    overloaded: false,
  };
}
