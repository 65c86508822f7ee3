export interface GeoPoint {
  latitude: number;
  longitude: number;
}

export type EdgeHealth = 'alive' | 'dead' | 'quarantined';

/** An edge as placement sees it. */
export interface EdgeCandidate {
  id: string;
  region: string;
  location: GeoPoint;
  health: EdgeHealth;
  draining: boolean;
  /** Load of its hottest worker as last reported, 0 to 1. */
  reportedLoad: number;
  /** Participants placed on it since that report. */
  reservations: number;
  /** Load that one participant adds, 0 to 1. */
  loadPerParticipant: number;
  /** True since it passed the overload threshold, until it falls below the recovery threshold. */
  overloaded: boolean;
}

export interface ClientView {
  /** Where GeoIP or the client itself says it is. */
  location?: GeoPoint;
  /** Measured by this client or by others of its network: edge id → RTT in ms. It replaces the estimate. */
  rttMs: ReadonlyMap<string, number>;
}

/** What the meeting already uses. */
export interface MeetingFootprint {
  /** Participants of this meeting on each edge. */
  participants: ReadonlyMap<string, number>;
  /** Edges that publishers are on. */
  originIds: readonly string[];
  /** One-way ms from an origin to an edge over the meeting's plan, or over the link that would be opened. */
  pathMs(originId: string, edgeId: string): number;
}

export interface PlacementPolicy {
  /** Regions a meeting's media may be in; empty: everywhere. */
  allowedRegions: readonly string[];
  overloadThreshold: number;
  recoveryThreshold: number;
  /** Cost in ms of a full edge, growing with the square of its load. */
  loadPenaltyMs: number;
  /** Cost in ms of opening an edge the meeting does not use yet. */
  newEdgePenaltyMs: number;
}

export const defaultPlacementPolicy: PlacementPolicy = {
  allowedRegions: [],
  overloadThreshold: 0.85,
  recoveryThreshold: 0.7,
  loadPenaltyMs: 40,
  newEdgePenaltyMs: 5,
};

export type PlacementRule = 'residency' | 'alive' | 'not-draining' | 'below-overload' | 'least-path';

export interface RatedCandidate {
  edgeId: string;
  region: string;
  /** ms; the least wins. Absent when a rule rejected it. */
  score?: number;
  clientRttMs?: number;
  rttSource?: 'measured' | 'estimated' | 'unknown';
  load: number;
  rejectedBecause?: Exclude<PlacementRule, 'least-path'>;
}

/** A placement with its reasons. `edgeId` is absent when every candidate was rejected. */
export interface PlacementDecision {
  edgeId?: string;
  /** The rule that decided. */
  rule: PlacementRule;
  candidates: readonly RatedCandidate[];
}
