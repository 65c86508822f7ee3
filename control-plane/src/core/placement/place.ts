import { isAllowed } from '../meeting/settings.ts';
import { type ClientRtt, clientRtts } from './client-rtt.ts';
import type {
  ClientView,
  EdgeCandidate,
  MeetingFootprint,
  PlacementDecision,
  PlacementPolicy,
  PlacementRule,
  RatedCandidate,
  ScoreParts,
  TakenPlace,
} from './types.ts';

type Rejection = Exclude<PlacementRule, 'least-path'>;

interface Rule {
  name: Rejection;
  accepts(edge: EdgeCandidate, policy: PlacementPolicy): boolean;
}

const rules: readonly Rule[] = [
  {
    name: 'residency',
    accepts: (edge, { allowedRegions }) => isAllowed(edge.region, allowedRegions),
  },
  { name: 'alive', accepts: ({ health }) => health !== 'dead' && health !== 'silent' },
  { name: 'not-quarantined', accepts: ({ health }) => health !== 'quarantined' },
  { name: 'not-draining', accepts: (edge) => !edge.draining },
  {
    name: 'below-overload',
    accepts: (edge, policy) =>
      !edge.overloaded && expectedLoad(edge) + edge.loadPerParticipant <= policy.overloadThreshold,
  },
];

/** Whether an edge may be chosen: no rule rejects it. */
export function takes(edge: EdgeCandidate, policy: PlacementPolicy): boolean {
  return brokenRule(edge, policy) === undefined;
}

/** The first rule that rejects an edge. */
function brokenRule(edge: EdgeCandidate, policy: PlacementPolicy): Rule | undefined {
  return rules.find((rule) => !rule.accepts(edge, policy));
}

/** Chooses the edge for a participant. The rules, in order:
 *
 * 1. `residency`: the edge is in a region the meeting's media may be in.
 * 2. `alive`: it is neither dead nor silent.
 * 3. `not-quarantined`: media gets through to it.
 * 4. `not-draining`: it is not being emptied.
 * 5. `below-overload`: it is not overloaded, nor would be with this participant and those already placed on it.
 * 6. `least-path`: of the edges left, the one with the least score.
 *
 * The score in ms is the client's RTT to the edge, plus the mean one-way time from the edge to the origins over the meeting's plan, plus a penalty that grows with the square of the load, plus a penalty for an edge the meeting does not use yet, plus one that outweighs all of these for an edge that may be lost with its region. Each is told with it. Equal scores fall to the lower load, then to the lower id.
 *
 * The client's leg counts with its whole RTT: half of it is the way, the other half stands for repairs, since a packet lost on the last mile comes again a round trip later and receivers delay playout by as much (libwebrtc's jitter estimator adds the RTT once it sees NACKs). Counted once, no way over an edge could beat the straight one to the publisher's edge and nobody would ever be served from nearby.
 *
 * The decision lists every candidate, in the order given, and says where the client was taken to be. Loads are 0 to 1; all times ms. */
export function placeParticipant(
  candidates: readonly EdgeCandidate[],
  client: ClientView,
  footprint: MeetingFootprint,
  policy: PlacementPolicy,
): PlacementDecision {
  const rttTo = clientRtts(client, candidates);
  const looked = candidates.map((edge) => look(edge, rttTo, footprint, policy));
  const chosen = looked.reduce<Looked | undefined>(better, undefined);
  const rated = looked.map((one) => one.rated);
  const decision = { rule: decidingRule(looked), candidates: rated, taken: takenPlace(client) };
  if (chosen?.wayMs === undefined) return decision;
  const regretMs = chosen.wayMs - shortestMs(looked, rttTo, footprint);
  return { edgeId: chosen.edge.id, ...decision, regretMs };
}

/** A candidate that was looked at. */
interface Looked {
  edge: EdgeCandidate;
  rated: RatedCandidate;
  /** The way over it, ms. Who finds no edge needs none, so that of a rejected one is not worked out. */
  wayMs?: number;
}

function look(
  edge: EdgeCandidate,
  rttTo: (edge: EdgeCandidate) => ClientRtt,
  footprint: MeetingFootprint,
  policy: PlacementPolicy,
): Looked {
  const rated = described(edge);
  const rejection = brokenRule(edge, policy);
  if (rejection !== undefined) {
    rated.rejectedBecause = rejection.name;
    return { edge, rated };
  }
  const clientRtt = rttTo(edge);
  const parts = partsOf(edge, rated.load, footprint, policy);
  const wayMs = (clientRtt.rttMs ?? 0) + parts.publishersMs;
  rated.score = wayMs + parts.loadMs + parts.newEdgeMs + parts.doubtMs;
  rated.parts = parts;
  rated.rttSource = clientRtt.source;
  if (clientRtt.rttMs !== undefined) rated.clientRttMs = clientRtt.rttMs;
  return { edge, rated, wayMs };
}

const unservable: ReadonlySet<Rejection> = new Set<Rejection>(['residency', 'alive']);

/** The shortest way over an edge that is there and allowed, ms. Of one that was rejected it is worked out only where the client's leg alone is not longer already. */
function shortestMs(
  looked: readonly Looked[],
  rttTo: (edge: EdgeCandidate) => ClientRtt,
  footprint: MeetingFootprint,
): number {
  let bestMs = looked.reduce((least, { wayMs }) => Math.min(least, wayMs ?? least), Number.POSITIVE_INFINITY);
  for (const { edge, rated } of looked) {
    if (rated.rejectedBecause === undefined || unservable.has(rated.rejectedBecause)) continue;
    const clientRtt = rttTo(edge);
    if ((clientRtt.rttMs ?? 0) < bestMs) bestMs = Math.min(bestMs, pathMs(edge, clientRtt, footprint));
  }
  return bestMs;
}

/** Reported load and what the participants placed since will add. */
export function expectedLoad(edge: EdgeCandidate): number {
  return edge.reportedLoad + edge.reservations * edge.loadPerParticipant;
}

function described(edge: EdgeCandidate): RatedCandidate {
  const described: RatedCandidate = { edgeId: edge.id, region: edge.region, load: expectedLoad(edge) };
  if (edge.networkBound === true) described.networkBound = true;
  return described;
}

/** The way from a client over an edge to the publishers, ms: what the score is made of before penalties. */
export function pathMs(edge: EdgeCandidate, { rttMs }: ClientRtt, footprint: MeetingFootprint): number {
  return (rttMs ?? 0) + meanPathMs(edge.id, footprint);
}

function partsOf(edge: EdgeCandidate, load: number, footprint: MeetingFootprint, policy: PlacementPolicy): ScoreParts {
  const used = (footprint.participants.get(edge.id) ?? 0) > 0;
  return {
    publishersMs: meanPathMs(edge.id, footprint),
    loadMs: policy.loadPenaltyMs * load ** 2,
    newEdgeMs: used ? 0 : policy.newEdgePenaltyMs,
    doubtMs: edge.doubtful === true ? policy.doubtPenaltyMs : 0,
  };
}

function takenPlace({ location, saysItself, rttMs, rememberedRtt }: ClientView): TakenPlace {
  if (location !== undefined) {
    const { latitude, longitude } = location;
    return { source: saysItself ? 'client' : 'address', location: { latitude, longitude } };
  }
  return { source: rttMs.size + (rememberedRtt?.size ?? 0) > 0 ? 'measured' : 'unknown' };
}

function meanPathMs(edgeId: string, footprint: MeetingFootprint): number {
  if (footprint.meanPathMs !== undefined) return footprint.meanPathMs(edgeId);
  const { originIds } = footprint;
  if (originIds.length === 0) return 0;
  let sum = 0;
  for (const originId of originIds) sum += originId === edgeId ? 0 : footprint.pathMs(originId, edgeId);
  return sum / originIds.length;
}

function better(best: Looked | undefined, next: Looked): Looked | undefined {
  const { score, load, edgeId } = next.rated;
  if (score === undefined) return best;
  if (best?.rated.score === undefined) return next;
  if (score !== best.rated.score) return score < best.rated.score ? next : best;
  if (load !== best.rated.load) return load < best.rated.load ? next : best;
  return edgeId < best.rated.edgeId ? next : best;
}

function decidingRule(looked: readonly Looked[]): PlacementRule {
  const rejected = new Map<PlacementRule, number>();
  for (const { rated } of looked) {
    const rule = rated.rejectedBecause;
    if (rule !== undefined) rejected.set(rule, (rejected.get(rule) ?? 0) + 1);
  }
  let left = looked.length;
  for (const { name } of rules) {
    const count = rejected.get(name) ?? 0;
    left -= count;
    if (count > 0 && left <= 1) return name;
  }
  return 'least-path';
}
