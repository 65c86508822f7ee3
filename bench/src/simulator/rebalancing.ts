import { defaultRebalancePolicy, longestWayMs, rebalance } from '@canopy/control-plane/core/placement/rebalance';
import { defaultPlacementPolicy } from '@canopy/control-plane/core/placement/types';
import { OpenWays } from './open-ways.ts';
import type { Party } from './party.ts';
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
      if (this.#unburden(edge, overloadedSinceMs, nowMs)) this.#movedAtMs.set(candidate.id, nowMs);
    }
  }

  /** @returns whether anybody moved. */
  #unburden(edge: SimEdge, sinceMs: number, nowMs: number): boolean {
    const { world, partiesOn, measures } = this.#simulation;
    const { candidate } = edge;
    const here = partiesOn.get(candidate.id) ?? new Set();
    const load = candidate.reportedLoad;
    const ways = new OpenWays(world, load / Math.max(1, here.size));
    const able = considered(here).filter(
      ({ meeting, city }) =>
        ways.shortestMs(meeting, city) <= longestWayMs(ways.overMs(edge, meeting, city), defaultRebalancePolicy),
    );
    if (able.length === 0) return false;
    const parties = new Map(able.map((party, index) => [String(index).padStart(3, '0'), party]));
    const people = [...parties].map(([id, { publishes, placedAtMs, city, meeting }]) => {
      const client = world.viewFrom(city);
      return { id, worker: 0, publishes, placedAtMs, client, meeting, allowedRegions: [] };
    });
    const overloaded = {
      id: candidate.id,
      sinceMs,
      networkLoad: 0,
      workers: [{ index: 0, load, sessions: here.size }],
    };
    const candidates = world.edges.map((edge) => edge.candidate);
    const policy = defaultRebalancePolicy;
    const { moves } = rebalance(overloaded, people, candidates, defaultPlacementPolicy, policy, nowMs);
    for (const { id, decision } of moves) {
      const party = parties.get(id);
      if (party === undefined) continue;
      measures.movedPeople += party.people;
      measures.rebalancedPeople += party.people;
      this.#simulation.move(party, decision.edgeId);
    }
    return moves.length > 0;
  }
}

/** Those who only watch first, up to the limit. */
function considered(here: ReadonlySet<Party>): Party[] {
  const watching: Party[] = [];
  const publishing: Party[] = [];
  for (const party of here) {
    if (watching.length === mostConsidered) break;
    (party.publishes ? publishing : watching).push(party);
  }
  return [...watching, ...publishing].slice(0, mostConsidered);
}
