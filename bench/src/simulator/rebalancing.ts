import { defaultRebalancePolicy, type Movable, rebalance } from '@canopy/control-plane/core/placement/rebalance';
import {
  type ClientView,
  defaultPlacementPolicy,
  type MeetingFootprint,
} from '@canopy/control-plane/core/placement/types';
import type { Simulation } from './simulation.ts';
import type { SimEdge } from './world.ts';

/** As the replicas do: moves off an edge are counted over so long, and so many parties are looked at. */
const windowMs = 10_000;
const mostConsidered = 200;

/** Moves people off edges that stay overloaded, as the real core decides. An edge counts as one worker. */
export class Rebalancing {
  readonly #simulation: Simulation;
  /** By edge: when the last moves off it began. */
  readonly #movedAtMs = new Map<string, number>();

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  look(): void {
    const { nowMs } = this.#simulation.queue;
    for (const edge of this.#simulation.world.edges) {
      const { candidate, overloadedSinceMs } = edge;
      if (overloadedSinceMs === undefined || candidate.health !== 'alive' || candidate.draining) continue;
      if (nowMs - (this.#movedAtMs.get(candidate.id) ?? -windowMs) < windowMs) continue;
      this.#unburden(edge, overloadedSinceMs, nowMs);
    }
  }

  #unburden({ candidate }: SimEdge, sinceMs: number, nowMs: number): void {
    const { world, partiesOn, measures } = this.#simulation;
    const here = [...(partiesOn.get(candidate.id) ?? [])];
    const considered = new Map(
      here
        .toSorted((a, b) => Number(a.publishes) - Number(b.publishes))
        .slice(0, mostConsidered)
        .map((party, index) => [String(index).padStart(3, '0'), party]),
    );
    const people = [...considered].map(([id, { publishes, placedAtMs, city, meeting }]) => {
      const client = world.viewFrom(city);
      return { id, worker: 0, publishes, placedAtMs, client, meeting, allowedRegions: [] };
    });
    const overloaded = {
      id: candidate.id,
      sinceMs,
      networkLoad: 0,
      workers: [{ index: 0, load: candidate.reportedLoad, sessions: here.length }],
    };
    const candidates = world.edges.map((edge) => edge.candidate);
    const policy = defaultRebalancePolicy;
    const movesOf = (some: typeof people) =>
      rebalance(overloaded, some, candidates, defaultPlacementPolicy, policy, nowMs).moves;
    // Mostly nobody can go anywhere, and where one of those who are alike can't, none can.
    if (movesOf(unlike(people)).length === 0) return;
    const moves = movesOf(people);
    this.#movedAtMs.set(candidate.id, nowMs);
    for (const { id, decision } of moves) {
      const party = considered.get(id);
      if (party === undefined) continue;
      measures.movedPeople += party.people;
      measures.rebalancedPeople += party.people;
      this.#simulation.move(party, decision.edgeId);
    }
  }
}

/** Of those of one meeting and place, who has been on its edge for longest. */
function unlike<One extends Pick<Movable, 'meeting' | 'client' | 'placedAtMs'>>(people: readonly One[]): One[] {
  const longest = new Map<MeetingFootprint, Map<ClientView, One>>();
  for (const one of people) {
    const ofMeeting = longest.get(one.meeting) ?? new Map<ClientView, One>();
    longest.set(one.meeting, ofMeeting);
    const before = ofMeeting.get(one.client);
    if (before === undefined || one.placedAtMs < before.placedAtMs) ofMeeting.set(one.client, one);
  }
  return [...longest.values()].flatMap((ofMeeting) => [...ofMeeting.values()]);
}
