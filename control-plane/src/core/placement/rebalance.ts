import { isAllowed } from '../meeting/settings.ts';
import { clientRtts } from './client-rtt.ts';
import { pathMs, placeParticipant, takes } from './place.ts';
import type { ClientView, EdgeCandidate, MeetingFootprint, PlacementDecision, PlacementPolicy } from './types.ts';

/** An edge that has too much to do. */
export interface OverloadedEdge {
  id: string;
  /** Since when it has been above the overload threshold without falling below the recovery threshold, ms. */
  sinceMs: number;
  /** How full its network is, 0 to 1; may pass 1. */
  networkLoad: number;
  workers: readonly {
    index: number;
    /** 0 to 1; may pass 1. */
    load: number;
    /** Sessions on it that stay: those about to leave do not count. */
    sessions: number;
  }[];
}

/** Somebody who could leave it. */
export interface Movable {
  id: string;
  worker: number;
  publishes: boolean;
  /** When it came to this edge, ms. */
  placedAtMs: number;
  client: ClientView;
  meeting: MeetingFootprint;
  /** Regions its media may be in; empty: everywhere. */
  allowedRegions: readonly string[];
}

export interface RebalancePolicy {
  /** An edge is left alone until it has been overloaded for so long: most peaks pass by themselves. */
  patienceMs: number;
  /** Who was placed less than this ago stays where it is. */
  restMs: number;
  /** A path may grow to `max(maxStretch × its length, its length + slackMs)` by a move. */
  maxStretch: number;
  slackMs: number;
  /** Moves decided at a time, at most. */
  mostMoves: number;
}

export const defaultRebalancePolicy: RebalancePolicy = {
  patienceMs: 5_000,
  restMs: 60_000,
  maxStretch: 1.25,
  slackMs: 40,
  mostMoves: 50,
};

export interface RebalanceMove {
  id: string;
  decision: PlacementDecision & { edgeId: string };
  /** What the way to the publishers gains (negative) or loses, ms. */
  extraMs: number;
}

/**
 * Why nobody moves:
 * - `too-soon`: the edge has not been overloaded for long
 * - `nobody-movable`: on its hot workers is nobody who has been there for a while
 * - `no-room`: no other edge would stay below the recovery threshold
 * - `too-far`: those with room would make the way too long
 */
export type HeldBack = 'too-soon' | 'nobody-movable' | 'no-room' | 'too-far';

export interface Rebalance {
  /** The cheapest first. */
  moves: readonly RebalanceMove[];
  /** Given when nobody moves. */
  heldBack?: HeldBack;
}

/** Where somebody could go. */
type Option = { person: Movable; move: RebalanceMove } | { person: Movable; heldBack: HeldBack };

/**
 * Who leaves an edge that has been overloaded for a while, and for where. From each worker above the recovery threshold as
 * many as bring it down to that, if a session costs what the sessions there cost on average, and from each alike where the
 * network is; those who lose least go first, and who publishes after all who only watch, since others' ways depend on theirs.
 *
 * Nobody comes back: an edge takes people only while it stays below the recovery threshold with them, and gives some away
 * only from the overload threshold on; who has moved rests. Where every edge is too full nobody moves at all. Deterministic.
 */
export function rebalance(
  edge: OverloadedEdge,
  people: readonly Movable[],
  candidates: readonly EdgeCandidate[],
  placement: PlacementPolicy,
  policy: RebalancePolicy,
  nowMs: number,
): Rebalance {
  if (nowMs - edge.sinceMs < policy.patienceMs) return { moves: [], heldBack: 'too-soon' };
  const surplus = surplusByWorker(edge, placement.recoveryThreshold);
  const movable = people.filter(({ worker, placedAtMs }) => surplus.has(worker) && nowMs - placedAtMs >= policy.restMs);
  if (movable.length === 0) return { moves: [], heldBack: 'nobody-movable' };
  const targets = targetsFor(edge, candidates);
  const limits = { ...placement, allowedRegions: [], overloadThreshold: placement.recoveryThreshold };
  const open = [...targets.values()].filter((target) => takes(target, limits));
  const from = candidates.find(({ id }) => id === edge.id);
  const optionOf = (person: Movable) => option(person, from, candidates, { targets, open, limits }, policy);
  const options = movable.map(optionOf);
  const moves: RebalanceMove[] = [];
  for (const { person } of options.filter(isMove).sort(cheapestFirst)) {
    const left = surplus.get(person.worker) ?? 0;
    if (left === 0 || moves.length === policy.mostMoves) continue;
    // Those before may have taken the room.
    const now = optionOf(person);
    if (!isMove(now)) continue;
    const target = targets.get(now.move.decision.edgeId);
    if (target !== undefined) target.reservations += 1;
    surplus.set(person.worker, left - 1);
    moves.push(now.move);
  }
  return moves.length > 0 ? { moves } : { moves, heldBack: heldBackOf(options) };
}

/** Sessions that a worker has too many for it and the network to be below the threshold, for those that are not. */
function surplusByWorker({ workers, networkLoad }: OverloadedEdge, recoveryThreshold: number): Map<number, number> {
  return new Map(
    workers
      .map((worker) => ({ ...worker, load: Math.max(worker.load, networkLoad) }))
      .filter(({ load, sessions }) => load >= recoveryThreshold && sessions > 0)
      .map(({ index, load, sessions }) => [index, Math.floor(sessions * (1 - recoveryThreshold / load)) + 1]),
  );
}

/** The other edges; each counts with what a session costs where they come from, if that is more. */
function targetsFor(edge: OverloadedEdge, candidates: readonly EdgeCandidate[]): Map<string, EdgeCandidate> {
  const { id, workers, networkLoad } = edge;
  const all = workers.reduce((sum, { sessions }) => sum + sessions, 0);
  const costs = [...workers, { load: networkLoad, sessions: all }].map(({ load, sessions }) =>
    sessions === 0 ? 0 : load / sessions,
  );
  const others = candidates.filter((candidate) => candidate.id !== id);
  return new Map(
    others.map((candidate) => [
      candidate.id,
      { ...candidate, loadPerParticipant: Math.max(candidate.loadPerParticipant, ...costs) },
    ]),
  );
}

/** Where people could go from an overloaded edge. */
interface Elsewhere {
  targets: ReadonlyMap<string, EdgeCandidate>;
  /** Those of them that took somebody before anybody moved. */
  open: readonly EdgeCandidate[];
  /** Of whose media may be everywhere. */
  limits: PlacementPolicy;
}

/** How long a path of `beforeMs` may be after a move, ms. */
export function longestWayMs(beforeMs: number, { maxStretch, slackMs }: RebalancePolicy): number {
  return Math.max(maxStretch * beforeMs, beforeMs + slackMs);
}

/** Most find no edge, or none that is near enough: only for the others a placement is worked out. */
function option(
  person: Movable,
  from: EdgeCandidate | undefined,
  candidates: readonly EdgeCandidate[],
  { targets, open, limits }: Elsewhere,
  policy: RebalancePolicy,
): Option {
  const { client, meeting, allowedRegions } = person;
  const allowed = allowedRegions.length === 0 ? open : open.filter(({ region }) => isAllowed(region, allowedRegions));
  if (allowed.length === 0) return { person, heldBack: 'no-room' };
  const rttTo = clientRtts(client, candidates);
  const wayOver = (edge: EdgeCandidate | undefined) => (edge === undefined ? 0 : pathMs(edge, rttTo(edge), meeting));
  const before = wayOver(from);
  const mostMs = longestWayMs(before, policy);
  const isNear = (edge: EdgeCandidate) => {
    const clientRtt = rttTo(edge);
    return (clientRtt.rttMs ?? 0) <= mostMs && pathMs(edge, clientRtt, meeting) <= mostMs;
  };
  if (!allowed.some(isNear)) return { person, heldBack: 'too-far' };
  const decision = placeParticipant([...targets.values()], client, meeting, { ...limits, allowedRegions });
  const { edgeId } = decision;
  if (edgeId === undefined) return { person, heldBack: 'no-room' };
  const after = wayOver(targets.get(edgeId));
  if (after > mostMs) return { person, heldBack: 'too-far' };
  return { person, move: { id: person.id, decision: { ...decision, edgeId }, extraMs: after - before } };
}

function isMove(one: Option): one is Extract<Option, { move: RebalanceMove }> {
  return 'move' in one;
}

function cheapestFirst(a: Extract<Option, { move: RebalanceMove }>, b: typeof a): number {
  if (a.person.publishes !== b.person.publishes) return a.person.publishes ? 1 : -1;
  return a.move.extraMs - b.move.extraMs || (a.person.id < b.person.id ? -1 : 1);
}

function heldBackOf(options: readonly Option[]): HeldBack {
  return options.some((one) => !isMove(one) && one.heldBack === 'too-far') ? 'too-far' : 'no-room';
}
