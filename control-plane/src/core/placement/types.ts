import type { GeoPoint } from '@canopy/geo/point';

export type { GeoPoint };

/** `quarantined`: its heartbeats are well, but media does not get through to it. `silent`: not heard of, and not known to be dead. */
export type EdgeHealth = 'alive' | 'silent' | 'dead' | 'quarantined';

/** An edge as placement sees it. */
export interface EdgeCandidate {
  id: string;
  region: string;
  location: GeoPoint;
  health: EdgeHealth;
  draining: boolean;
  /** Load of its hottest worker or of its network, whichever is fuller, as last reported, 0 to 1. */
  reportedLoad: number;
  /** Its network is fuller than any of its workers. */
  networkBound?: boolean;
  /** Participants placed on it since that report. */
  reservations: number;
  /** Load that one participant adds, 0 to 1. */
  loadPerParticipant: number;
  /** True since it passed the overload threshold, until it falls below the recovery threshold. */
  overloaded: boolean;
  /** Tracks that it could record besides those it does, as last reported; undefined: it does not tell. */
  recordingRoom?: number | undefined;
  /** Its heartbeat is overdue, and another edge of its region is lost: it may be lost as well. */
  doubtful?: boolean;
}

/** What others of a client's network measured, and how far to believe it. */
export interface RememberedRtt {
  rttMs: number;
  /** Weight against the estimate, 0 to 1; it decays with time. */
  weight: number;
}

export interface ClientView {
  /** Where GeoIP or the client itself says it is. */
  location?: GeoPoint;
  /** Whether it says so itself; absent: GeoIP does, by its address. */
  saysItself?: true;
  /** Measured by this client just now: edge id → RTT in ms. It replaces the estimate. */
  rttMs: ReadonlyMap<string, number>;
  /** Measured by others of its network: edge id → RTT. It moves the estimate by its weight. */
  rememberedRtt?: ReadonlyMap<string, RememberedRtt>;
}

/** What the meeting already uses. */
export interface MeetingFootprint {
  /** Participants of this meeting on each edge. */
  participants: ReadonlyMap<string, number>;
  /** Edges that publishers are on. */
  originIds: readonly string[];
  /** One-way ms from an origin to an edge over the meeting's plan, or over the link that would be opened; not negative. Not asked for an edge and itself. */
  pathMs(originId: string, edgeId: string): number;
  /** The mean of that over the origins, from who keeps it for many placements: it does not depend on the client. Absent: it is worked out from `pathMs`. */
  meanPathMs?(edgeId: string): number;
}

/** A meeting nobody is in yet. */
export const emptyFootprint: MeetingFootprint = { participants: new Map(), originIds: [], pathMs: () => 0 };

export interface PlacementPolicy {
  /** Regions a meeting's media may be in; empty: everywhere. */
  allowedRegions: readonly string[];
  overloadThreshold: number;
  recoveryThreshold: number;
  /** Cost in ms of a full edge, growing with the square of its load. */
  loadPenaltyMs: number;
  /** Cost in ms of opening an edge the meeting does not use yet. */
  newEdgePenaltyMs: number;
  /** Cost in ms of an edge that may be lost: more than any way round it. */
  doubtPenaltyMs: number;
}

export const defaultPlacementPolicy: PlacementPolicy = {
  allowedRegions: [],
  overloadThreshold: 0.85,
  recoveryThreshold: 0.7,
  loadPenaltyMs: 40,
  newEdgePenaltyMs: 5,
  doubtPenaltyMs: 1_000,
};

/** In the order in which they decide. */
export const placementRules = [
  'residency',
  'alive',
  'not-quarantined',
  'not-draining',
  'below-overload',
  'least-path',
] as const;

export type PlacementRule = (typeof placementRules)[number];

/** What a score has besides the client's round trip, ms each. */
export interface ScoreParts {
  /** One way from the edge to the publishers, on average. */
  publishersMs: number;
  /** Price of its load. */
  loadMs: number;
  /** Price of an edge the meeting does not use yet; else 0. */
  newEdgeMs: number;
  /** Price of an edge that may be lost; else 0. */
  doubtMs: number;
}

/** What a client's place is known by, in the order in which they are believed. */
export const placeSources = ['client', 'address', 'measured', 'unknown'] as const;

/** Where a client was taken to be: where it said itself, where GeoIP has its address, wherever its measured round trips put it, or anywhere. */
export interface TakenPlace {
  source: (typeof placeSources)[number];
  /** Of the first two. */
  location?: GeoPoint;
}

export interface RatedCandidate {
  edgeId: string;
  region: string;
  /** ms; the least wins. The sum of `clientRttMs`, if known, and `parts`. Absent when a rule rejected it, and in brief. */
  score?: number;
  /** Absent when a rule rejected it, in brief, and in decisions that a former version kept. */
  parts?: ScoreParts;
  clientRttMs?: number;
  /** `measured` by this client or its network, `estimated` from places, or unknown: then it counts nothing, for every candidate alike. */
  rttSource?: 'measured' | 'estimated' | 'unknown';
  /** Reported load and what the reservations add to it. */
  load: number;
  /** Whether that is the load of its network; absent: of its hottest worker. */
  networkBound?: true;
  rejectedBecause?: Exclude<PlacementRule, 'least-path'>;
}

/** How a decision is told to others than whom it is about: how far somebody is from several edges says where they are. */
export function withoutDistances({
  regretMs: _regretMs,
  taken: _taken,
  ...decision
}: PlacementDecision): PlacementDecision {
  const candidates = decision.candidates.map(
    ({ score: _score, parts: _parts, clientRttMs: _clientRttMs, rttSource: _rttSource, ...rest }) => rest,
  );
  return { ...decision, candidates };
}

/** How a decision is told to whom the meeting belongs: by what somebody's place is known, but not the place. */
export function withoutPlace({ taken, ...decision }: PlacementDecision): PlacementDecision {
  return { ...decision, taken: taken && { source: taken.source } };
}

/** A placement with its reasons. `edgeId` is absent when every candidate was rejected. */
export interface PlacementDecision {
  edgeId?: string;
  /** The rule that decided: the one after which a single candidate was left, or none. */
  rule: PlacementRule;
  candidates: readonly RatedCandidate[];
  /** Absent in decisions that a former version kept, or one that knows places by something else. */
  taken?: TakenPlace | undefined;
  /** How much longer the way over the chosen edge is than over the best of those that are there and allowed, full ones and those that drain among them, ms. */
  regretMs?: number;
}
