import { regionById } from '@canopy/geo/regions';
import { estimateRttMs } from '@canopy/geo/rtt';
import type { ClientView, EdgeCandidate, GeoPoint, MeetingFootprint } from '../types.ts';

/** The place of a region of the catalogue. */
export function placeOf(region: string): GeoPoint {
  const known = regionById(region);
  if (known === undefined) throw new Error(`no region ${region}`);
  return { latitude: known.latitude, longitude: known.longitude };
}

/** A healthy, idle edge; its id is its region's name unless given. */
export function edge(region: string, overrides: Partial<EdgeCandidate> = {}): EdgeCandidate {
  return {
    id: region,
    region,
    location: placeOf(region),
    health: 'alive',
    draining: false,
    reportedLoad: 0,
    reservations: 0,
    loadPerParticipant: 0.002,
    overloaded: false,
    ...overrides,
  };
}

/** A client at a region's city that measured nothing. */
export function clientAt(region: string, overrides: Partial<ClientView> = {}): ClientView {
  return { location: placeOf(region), rttMs: new Map(), ...overrides };
}

/** A meeting with one participant on each of these edges, paths being straight links. Edge ids are regions. */
export function footprint(edgeIds: readonly string[], originIds: readonly string[] = edgeIds): MeetingFootprint {
  return {
    participants: new Map(edgeIds.map((id) => [id, 1])),
    originIds,
    pathMs: (from, to) => estimateRttMs(placeOf(from), placeOf(to)) / 2,
  };
}
