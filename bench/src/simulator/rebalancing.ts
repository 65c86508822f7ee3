import { defaultRebalancePolicy, rebalance } from '@canopy/control-plane/core/placement/rebalance';
import { defaultPlacementPolicy } from '@canopy/control-plane/core/placement/types';
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
    const { moves } = rebalance(overloaded, people, candidates, defaultPlacementPolicy, policy, nowMs);
    if (moves.length > 0) this.#movedAtMs.set(candidate.id, nowMs);
    for (const { id, decision } of moves) {
      const party = considered.get(id);
      if (party === undefined) continue;
      measures.movedPeople += party.people;
      measures.rebalancedPeople += party.people;
      this.#simulation.move(party, decision.edgeId);
    }
  }
}
