import { isOverloaded } from '@canopy/control-plane/core/placement/overload';
import { placeParticipant } from '@canopy/control-plane/core/placement/place';
import { ReservationLedger } from '@canopy/control-plane/core/placement/reservations';
import { defaultPlacementPolicy } from '@canopy/control-plane/core/placement/types';
import type { Measures } from './measures.ts';
import type { Party } from './party.ts';
import type { SimEdge, World } from './world.ts';

/** Every so many decisions are compared with an oracle. */
const regretEvery = 25;
/** Time after a placement until the edge's load shows it. */
export const settleMs = 1_500;

/** The edges as placement knows them: loads as of the last heartbeat and reservations since. */
export class Fleet {
  readonly #world: World;
  readonly #measures: Measures;
  readonly #candidates;
  readonly #ledger = new ReservationLedger();
  readonly #settledPeople = new Map<string, number>();
  #decisions = 0;

  constructor(world: World, measures: Measures) {
    this.#world = world;
    this.#measures = measures;
    this.#candidates = world.edges.map(({ candidate }) => candidate);
  }

  /** Decides where a party goes; undefined where no edge takes it. */
  place(party: Party, nowMs: number): SimEdge | undefined {
    const view = this.#world.viewFrom(party.city);
    const { edgeId } = this.#measures.timeDecision(() =>
      placeParticipant(this.#candidates, view, party.meeting, defaultPlacementPolicy),
    );
    this.#decisions += 1;
    if (edgeId === undefined) return undefined;
    if (this.#decisions % regretEvery === 0) this.#compareWithOracle(party, edgeId);
    this.reserve(edgeId, party.people, nowMs);
    return this.#world.edge(edgeId);
  }

  /** Counts people as placed until the edge's reports do. */
  reserve(edgeId: string, people: number, nowMs: number): void {
    for (let person = 0; person < people; person += 1) this.#ledger.reserve(edgeId, nowMs);
    this.#world.edge(edgeId).candidate.reservations += people;
  }

  settle(edgeId: string, people: number): void {
    this.#settledPeople.set(edgeId, (this.#settledPeople.get(edgeId) ?? 0) + people);
  }

  /** Every edge reports, once a second. */
  heartbeat(nowMs: number): void {
    for (const edge of this.#world.edges) {
      const { candidate } = edge;
      const { id, loadPerParticipant } = candidate;
      if (candidate.health !== 'alive') continue;
      const load = ((this.#settledPeople.get(id) ?? 0) + edge.children) * loadPerParticipant;
      const overloaded = isOverloaded(candidate.overloaded, load, defaultPlacementPolicy);
      if (overloaded && !candidate.overloaded) this.#measures.overloadedEntries += 1;
      this.#measures.highestLoad = Math.max(this.#measures.highestLoad, load);
      if (load > 1) this.#measures.overCapacityEdgeSeconds += 1;
      this.#ledger.report(id, { bootId: 'first', sentAtMs: nowMs }, nowMs);
      candidate.reportedLoad = load;
      candidate.overloaded = overloaded;
      edge.overloadedSinceMs = overloaded ? (edge.overloadedSinceMs ?? nowMs) : undefined;
      candidate.reservations = this.#ledger.count(id, nowMs);
      edge.plan.load = load;
    }
  }

  /** How much longer the path is than over the best edge with room, by true round trips. */
  #compareWithOracle(party: Party, edgeId: string): void {
    const pathMs = (id: string) => this.#world.trueRttMs(party.city, id) + party.meeting.meanPathMs(id);
    let best = pathMs(edgeId);
    for (const { candidate, people } of this.#world.edges) {
      const isOpen = candidate.health === 'alive' && !candidate.draining && !candidate.overloaded;
      const hasRoom = people * candidate.loadPerParticipant < defaultPlacementPolicy.overloadThreshold;
      if (isOpen && hasRoom) best = Math.min(best, pathMs(candidate.id));
    }
    this.#measures.regret.add(pathMs(edgeId) - best, party.people);
  }
}
