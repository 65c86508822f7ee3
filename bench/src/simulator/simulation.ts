import { type Random, seededRandom } from '../random.ts';
import { EventQueue } from './event-queue.ts';
import { applyFaults } from './faults.ts';
import { Fleet, settleMs } from './fleet.ts';
import { Measures } from './measures.ts';
import type { Party } from './party.ts';
import { Rebalancing } from './rebalancing.ts';
import { Router } from './router.ts';
import type { MeetingSpec, Scenario } from './scenario.ts';
import { SimMeeting } from './sim-meeting.ts';
import { takeSnapshot } from './snapshot.ts';
import type { SimEdge, World } from './world.ts';

/** Plans follow a change of the edges a meeting is on after this long, so that a burst of joins makes one plan. */
const replanDelayMs = 200;
/** An edge without demand keeps its links so long. */
const lingerMs = 5_000;
const retryMs = 5_000;
const snapshotEveryMs = 10_000;

/** Meetings, people and faults on a virtual clock, with the real placement and planning cores deciding. */
export class Simulation {
  readonly world: World;
  readonly queue = new EventQueue();
  readonly measures = new Measures();
  readonly router: Router;
  readonly meetings = new Set<SimMeeting>();
  /** By edge. */
  readonly partiesOn = new Map<string, Set<Party>>();
  readonly #fleet: Fleet;
  readonly #rebalancing: Rebalancing;
  readonly #random: Random;
  readonly #partySize: number;
  #people = 0;

  /** @param partySize people who are placed together, for more of them than can be simulated one by one. */
  constructor(world: World, seed: number, partySize: number) {
    this.world = world;
    this.router = new Router(world, this.measures);
    this.#fleet = new Fleet(world, this.measures);
    this.#rebalancing = new Rebalancing(this);
    this.#random = seededRandom(seed);
    this.#partySize = partySize;
  }

  async run(scenario: Scenario, viewers = scenario.viewers): Promise<void> {
    for (const spec of scenario.meetings(this.#random, viewers)) {
      this.measures.invited += spec.publishers + spec.viewers;
      this.queue.at(spec.startMs, () => this.#start(spec));
    }
    applyFaults(this, scenario.faults);
    const every = (periodMs: number, happen: () => void) => {
      const again = () => {
        happen();
        if (this.queue.nowMs + periodMs <= scenario.durationMs) this.queue.at(this.queue.nowMs + periodMs, again);
      };
      this.queue.at(periodMs, again);
    };
    every(1_000, () => {
      this.#fleet.heartbeat(this.queue.nowMs);
      this.#rebalancing.look();
    });
    every(snapshotEveryMs, () => takeSnapshot(this));
    await this.queue.runUntil(scenario.durationMs);
  }

  /** Finds a party an edge, its first or another one. @returns false where no edge takes it; it stays where it is. */
  place(party: Party): boolean {
    const edge = this.#fleet.place(party, this.queue.nowMs);
    if (edge === undefined) return false;
    this.#leaveEdge(party);
    this.#enter(party, edge);
    return true;
  }

  /** Moves a party to an edge that is decided already. */
  move(party: Party, edgeId: string): void {
    this.#fleet.reserve(edgeId, party.people, this.queue.nowMs);
    this.#leaveEdge(party);
    this.#enter(party, this.world.edge(edgeId));
  }

  /** Takes a party off an edge that is gone; it tries to join again. */
  strand(party: Party): void {
    this.#leaveEdge(party);
    this.#people -= party.people;
    this.queue.at(this.queue.nowMs + retryMs, () => this.#arrive(party));
  }

  /** Plans a meeting anew soon, once for all that happens until then. */
  replanSoon(meeting: SimMeeting, delayMs = replanDelayMs): void {
    if (meeting.replanDue) return;
    meeting.replanDue = true;
    this.queue.at(this.queue.nowMs + delayMs, () => {
      meeting.replanDue = false;
      if (this.meetings.has(meeting)) this.router.plan(meeting);
    });
  }

  #start(spec: MeetingSpec): void {
    const { mesh } = this.world;
    const meeting = new SimMeeting(spec.backup, (originId, edgeId) => mesh.rttMs(originId, edgeId) / 2);
    this.meetings.add(meeting);
    this.queue.at(spec.endMs, () => this.#end(meeting));
    const home = Array.from({ length: spec.cities ?? 0 }, () => this.world.drawCity());
    const drawCity = () => home[this.#random.index(home.length)] ?? this.world.drawCity();
    const arrive = (people: number, publishes: boolean, afterMs: number) =>
      this.queue.at(this.queue.nowMs + afterMs, () => {
        const party = { meeting, city: drawCity(), people, publishes, settled: false, gone: false, placedAtMs: 0 };
        this.#arrive(party);
        if (!publishes) this.queue.at(this.queue.nowMs + this.#stayMs(spec), () => this.#leave(party));
      });
    for (let index = 0; index < spec.publishers; index += 1) arrive(1, true, index * 500);
    for (let left = spec.viewers; left > 0; left -= this.#partySize)
      arrive(Math.min(left, this.#partySize), false, this.#arrivalMs(spec));
  }

  #arrivalMs({ arrivals, arrivalMs }: MeetingSpec): number {
    const share = this.#random.unit();
    return arrivalMs * (arrivals === 'rush' ? share * share : share);
  }

  #stayMs({ stayMs }: MeetingSpec): number {
    return -Math.log(1 - this.#random.unit()) * stayMs;
  }

  #arrive(party: Party): void {
    if (party.gone || !this.meetings.has(party.meeting)) return;
    if (this.place(party)) {
      this.measures.joined += party.people;
      this.#people += party.people;
      this.measures.peakPeople = Math.max(this.measures.peakPeople, this.#people);
      return;
    }
    this.measures.refused += party.people;
    this.queue.at(this.queue.nowMs + retryMs, () => this.#arrive(party));
  }

  #enter(party: Party, edge: SimEdge): void {
    const edgeId = edge.candidate.id;
    party.edgeId = edgeId;
    party.placedAtMs = this.queue.nowMs;
    edge.people += party.people;
    const here = this.partiesOn.get(edgeId);
    if (here === undefined) this.partiesOn.set(edgeId, new Set([party]));
    else here.add(party);
    if (party.meeting.add(party, edgeId)) this.replanSoon(party.meeting);
    this.queue.at(this.queue.nowMs + settleMs, () => {
      if (party.edgeId !== edgeId || party.settled) return;
      party.settled = true;
      this.#fleet.settle(edgeId, party.people);
    });
  }

  #leaveEdge(party: Party): void {
    const { edgeId } = party;
    if (edgeId === undefined) return;
    this.world.edge(edgeId).people -= party.people;
    this.partiesOn.get(edgeId)?.delete(party);
    if (party.settled) this.#fleet.settle(edgeId, -party.people);
    party.settled = false;
    delete party.edgeId;
    if (party.meeting.remove(party, edgeId)) this.replanSoon(party.meeting, lingerMs);
  }

  #leave(party: Party): void {
    if (party.gone) return;
    party.gone = true;
    if (party.edgeId !== undefined) this.#people -= party.people;
    this.#leaveEdge(party);
  }

  #end(meeting: SimMeeting): void {
    for (const party of meeting.parties) this.#leave(party);
    this.meetings.delete(meeting);
    this.router.end(meeting);
  }
}
