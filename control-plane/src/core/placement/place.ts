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

/** Chooses the edge for a participant. The rules, in order:
 *
 * 1. `residency`: the edge is in a region the meeting's media may be in.
 * 2. `alive`: it is neither dead nor silent.
 * 3. `not-quarantined`: media gets through to it.
 * 4. `not-draining`: it is not being emptied.
 * 5. `below-overload`: it is not overloaded, nor would be with this participant and those already placed on it.
 * 6. `least-path`: of the edges left, the one with the least score.
 *
 * The score in ms is the client's RTT to the edge, plus the mean one-way time from the edge to the origins over the meeting's plan, plus a penalty that grows with the square of the load, plus a penalty for an edge the meeting does not use yet, plus one that outweighs all of these for an edge that may be lost with its region. Equal scores fall to the lower load, then to the lower id.
 *
 * The client's leg counts with its whole RTT: half of it is the way, the other half stands for repairs, since a packet lost on the last mile comes again a round trip later and receivers delay playout by as much (libwebrtc's jitter estimator adds the RTT once it sees NACKs). Counted once, no way over an edge could beat the straight one to the publisher's edge and nobody would ever be served from nearby.
 *
 * The decision lists every candidate, in the order given. Loads are 0 to 1; all times ms. */
export function placeParticipant(
  candidates: readonly EdgeCandidate[],
  client: ClientView,
  footprint: MeetingFootprint,
  policy: PlacementPolicy,
): PlacementDecision {
  const rttTo = clientRtts(client, candidates);
  const rated = candidates.map((edge) => {
    const rejection = rules.find((rule) => !rule.accepts(edge, policy));
    return rejection === undefined ? rate(edge, rttTo(edge), footprint, policy) : reject(edge, rejection.name);
  });
  const chosen = rated.reduce<RatedCandidate | undefined>(better, undefined);
  const decision = { rule: decidingRule(rated), candidates: rated };
  if (chosen === undefined) return decision;
  const wayMs = (edge: EdgeCandidate) => pathMs(edge, rttTo(edge), footprint);
  return { edgeId: chosen.edgeId, ...decision, regretMs: regretMs(chosen.edgeId, candidates, rated, wayMs) };
}

const unservable: ReadonlySet<Rejection | undefined> = new Set<Rejection>(['residency', 'alive']);

function regretMs(
  chosenId: string,
  candidates: readonly EdgeCandidate[],
  rated: readonly RatedCandidate[],
  wayMs: (edge: EdgeCandidate) => number,
): number {
  let chosenMs = 0;
  let bestMs = Number.POSITIVE_INFINITY;
  for (const [index, edge] of candidates.entries()) {
    if (unservable.has(rated[index]?.rejectedBecause)) continue;
    const ms = wayMs(edge);
    if (edge.id === chosenId) chosenMs = ms;
    bestMs = Math.min(bestMs, ms);
  }
  return chosenMs - bestMs;
}

/** Reported load and what the participants placed since will add. */
export function expectedLoad(edge: EdgeCandidate): number {
  return edge.reportedLoad + edge.reservations * edge.loadPerParticipant;
}

function reject(edge: EdgeCandidate, rejectedBecause: Rejection): RatedCandidate {
  return { ...described(edge), rejectedBecause };
}

function described(edge: EdgeCandidate): RatedCandidate {
  const described = { edgeId: edge.id, region: edge.region, load: expectedLoad(edge) };
  return edge.networkBound === true ? { ...described, networkBound: true } : described;
}

/** The way from a client over an edge to the publishers, ms: what the score is made of before penalties. */
export function pathMs(edge: EdgeCandidate, { rttMs }: ClientRtt, footprint: MeetingFootprint): number {
  return (rttMs ?? 0) + meanPathMs(edge.id, footprint);
}

function rate(
  edge: EdgeCandidate,
  clientRtt: ClientRtt,
  footprint: MeetingFootprint,
  policy: PlacementPolicy,
): RatedCandidate {
  const { rttMs, source } = clientRtt;
  const description = described(edge);
  const used = (footprint.participants.get(edge.id) ?? 0) > 0;
  const score =
    pathMs(edge, clientRtt, footprint) +
    policy.loadPenaltyMs * description.load ** 2 +
    (used ? 0 : policy.newEdgePenaltyMs) +
    (edge.doubtful === true ? policy.doubtPenaltyMs : 0);
  const rated: RatedCandidate = { ...description, score, rttSource: source };
  if (rttMs !== undefined) rated.clientRttMs = rttMs;
  return rated;
}

function meanPathMs(edgeId: string, footprint: MeetingFootprint): number {
  const { originIds } = footprint;
  if (originIds.length === 0) return 0;
  let sum = 0;
  for (const originId of originIds) sum += originId === edgeId ? 0 : footprint.pathMs(originId, edgeId);
  return sum / originIds.length;
}

function better(best: RatedCandidate | undefined, next: RatedCandidate): RatedCandidate | undefined {
  if (next.score === undefined) return best;
  if (best?.score === undefined) return next;
  if (next.score !== best.score) return next.score < best.score ? next : best;
  if (next.load !== best.load) return next.load < best.load ? next : best;
  return next.edgeId < best.edgeId ? next : best;
}

function decidingRule(rated: readonly RatedCandidate[]): PlacementRule {
  let left = rated.length;
  for (const { name } of rules) {
    const rejected = rated.filter((candidate) => candidate.rejectedBecause === name).length;
    left -= rejected;
    if (rejected > 0 && left <= 1) return name;
  }
  return 'least-path';
}
