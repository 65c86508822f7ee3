import { isOverloaded } from '../overload.ts';
import { defaultRebalancePolicy, type Movable, rebalance } from '../rebalance.ts';
import { ReservationLedger } from '../reservations.ts';
import { defaultPlacementPolicy as policy } from '../types.ts';
import { clientAt, edge, footprint } from './builders.ts';

export interface BusyEdge {
  region: string;
  workers: number;
  /** People, by what each adds to the load of its worker. */
  people: readonly { weight: number; publishes: boolean; near: string }[];
}

interface Person extends Movable {
  weight: number;
  edgeId: string;
  /** Edges that still carry it, until this time. */
  leaving: { edgeId: string; worker: number; untilMs: number } | undefined;
}

/** A move takes so long: until then both edges carry the participant. */
const moveMs = 3_000;
/** Moves off an edge are counted over so long, as the replicas' shared count does. */
const windowMs = 10_000;

/** Edges, each with workers, that report once a second and move people off where too much is to be done: on a virtual clock. */
export class BusyMesh {
  readonly moved: { id: string; from: string; to: string; atMs: number }[] = [];
  readonly people: Person[] = [];
  readonly #ledger = new ReservationLedger();
  readonly #edges: { id: string; region: string; workers: number; load: number; sinceMs: number | undefined }[];
  readonly #windows = new Map<string, { endsAtMs: number; taken: number }>();
  #nowMs = 0;

  constructor(edges: readonly BusyEdge[]) {
    this.#edges = edges.map(({ region, workers }) => ({ id: region, region, workers, load: 0, sinceMs: undefined }));
    for (const { region, workers, people } of edges) {
      for (const [index, { weight, publishes, near }] of people.entries()) {
        this.people.push({
          id: `${region}-${index}`,
          edgeId: region,
          worker: index % workers,
          publishes,
          weight,
          placedAtMs: -1_000_000,
          client: clientAt(near),
          meeting: footprint(edges.map((one) => one.region)),
          allowedRegions: [],
          leaving: undefined,
        });
      }
    }
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Edges by the load of their hottest worker. */
  loads(): Map<string, number> {
    return new Map(this.#edges.map(({ id, workers }) => [id, Math.max(...this.#workerLoads(id, workers))]));
  }

  runFor(ms: number): void {
    for (const until = this.#nowMs + ms; this.#nowMs < until; ) {
      this.#nowMs += 1_000;
      this.#report();
      for (const { id, sinceMs } of this.#edges) if (sinceMs !== undefined) this.#unburden(id, sinceMs);
    }
  }

  #report(): void {
    for (const one of this.#edges) {
      one.load = Math.max(...this.#workerLoads(one.id, one.workers));
      const overloaded = isOverloaded(one.sinceMs !== undefined, one.load, policy);
      one.sinceMs = overloaded ? (one.sinceMs ?? this.#nowMs) : undefined;
      this.#ledger.report(one.id, { bootId: '', sentAtMs: this.#nowMs }, this.#nowMs);
    }
  }

  #unburden(id: string, sinceMs: number): void {
    const here = this.people.filter(({ edgeId }) => edgeId === id);
    const count = this.#edges.find((one) => one.id === id)?.workers ?? 1;
    const workers = this.#workerLoads(id, count).map((load, index) => ({
      index,
      load,
      sessions: here.filter(({ worker }) => worker === index).length,
    }));
    const { moves } = rebalance(
      { id, sinceMs, networkLoad: 0, workers },
      here,
      this.#candidates(),
      policy,
      defaultRebalancePolicy,
      this.#nowMs,
    );
    for (const { id: personId, decision } of moves.slice(0, this.#allowed(id, moves.length)))
      this.#move(personId, decision.edgeId);
  }

  #candidates() {
    return this.#edges.map(({ id, region, load, sinceMs }) =>
      edge(region, {
        reportedLoad: load,
        reservations: this.#ledger.count(id, this.#nowMs),
        loadPerParticipant: 0.01,
        overloaded: sinceMs !== undefined,
      }),
    );
  }

  #allowed(edgeId: string, wanted: number): number {
    const known = this.#windows.get(edgeId);
    const open = known === undefined || known.endsAtMs <= this.#nowMs ? undefined : known;
    if (wanted === 0) return 0;
    const allowed = Math.max(0, wanted - (open?.taken ?? 0));
    this.#windows.set(edgeId, {
      endsAtMs: open?.endsAtMs ?? this.#nowMs + windowMs,
      taken: (open?.taken ?? 0) + allowed,
    });
    return allowed;
  }

  #move(personId: string, to: string): void {
    const person = this.people.find(({ id }) => id === personId);
    if (person === undefined) throw new Error(`nobody is ${personId}`);
    const { edgeId: from, worker } = person;
    person.leaving = { edgeId: from, worker, untilMs: this.#nowMs + moveMs };
    const loads = this.#workerLoads(to, this.#edges.find(({ id }) => id === to)?.workers ?? 1);
    person.edgeId = to;
    person.worker = loads.indexOf(Math.min(...loads));
    person.placedAtMs = this.#nowMs;
    this.#ledger.reserve(to, this.#nowMs);
    this.moved.push({ id: personId, from, to, atMs: this.#nowMs });
  }

  #workerLoads(edgeId: string, workers: number): number[] {
    const loads = Array.from({ length: workers }, () => 0);
    const add = (worker: number, weight: number) => {
      loads[worker] = (loads[worker] ?? 0) + weight;
    };
    for (const { edgeId: at, worker, weight, leaving } of this.people) {
      if (at === edgeId) add(worker, weight);
      if (leaving?.edgeId === edgeId && leaving.untilMs > this.#nowMs) add(leaving.worker, weight);
    }
    return loads;
  }
}
