import { BenchError } from '../bench.ts';
import type { Fault } from './scenario.ts';
import type { SimMeeting } from './sim-meeting.ts';
import type { Simulation } from './simulation.ts';
import type { SimEdge } from './world.ts';

/** A dead edge is known to be dead after this long without a heartbeat. */
const detectionMs = 3_000;
const drainTickMs = 100;
/** Parties moved off a draining edge each tick. */
const drainBatch = 20;

/** @throws a {@link BenchError} where a fault would hit nothing, and everything survive. */
export function applyFaults(simulation: Simulation, faults: readonly Fault[]): void {
  const { world, queue } = simulation;
  for (const fault of faults) {
    if (fault.kind === 'drain-all') {
      queue.at(fault.atMs, () => drainFrom(simulation, 0, fault.pauseMs));
      continue;
    }
    const hit = world.edges.filter(({ candidate }, index) =>
      fault.kind === 'kill-edge' ? index === fault.index : candidate.region === fault.region,
    );
    if (hit.length === 0) {
      const wanted = fault.kind === 'kill-edge' ? `number ${fault.index + 1}` : `in ${fault.region}`;
      throw new BenchError(`There is nothing to lose: of ${world.edges.length} edges none is ${wanted}.`);
    }
    queue.at(fault.atMs + detectionMs, () => lose(simulation, hit));
  }
}

/** The control plane learns that edges are dead: links are repaired first, then people are placed elsewhere. */
function lose(simulation: Simulation, edges: readonly SimEdge[]): void {
  const { meetings, router, measures, partiesOn } = simulation;
  for (const { candidate, plan } of edges) {
    candidate.health = 'dead';
    plan.usable = false;
  }
  const lost = new Set(edges.map(({ candidate }) => candidate.id));
  for (const meeting of meetings) router.repair(meeting, lost);
  for (const id of lost) {
    for (const party of partiesOn.get(id) ?? []) {
      if (simulation.place(party)) measures.movedPeople += party.people;
      else simulation.strand(party);
    }
  }
}

/** Empties one edge, brings it back, and goes on to the next. */
function drainFrom(simulation: Simulation, index: number, pauseMs: number): void {
  const { world, queue, meetings, partiesOn } = simulation;
  const edge = world.edges[index];
  if (edge === undefined) return;
  const { id } = edge.candidate;
  const { maxFanOut } = edge.plan;
  const replanUsers = () => {
    for (const meeting of meetings) if (uses(meeting, id)) simulation.replanSoon(meeting);
  };
  edge.candidate.draining = true;
  edge.plan.maxFanOut = 0;
  replanUsers();
  const tick = () => {
    moveSome(simulation, id);
    if ((partiesOn.get(id)?.size ?? 0) > 0) {
      queue.at(queue.nowMs + drainTickMs, tick);
      return;
    }
    edge.plan.usable = false;
    replanUsers();
    queue.at(queue.nowMs + pauseMs, () => {
      Object.assign(edge.plan, { usable: true, maxFanOut });
      edge.candidate.draining = false;
      drainFrom(simulation, index + 1, pauseMs);
    });
  };
  queue.at(queue.nowMs + drainTickMs, tick);
}

function moveSome(simulation: Simulation, edgeId: string): void {
  const parties = [...(simulation.partiesOn.get(edgeId) ?? [])].slice(0, drainBatch);
  for (const party of parties) if (simulation.place(party)) simulation.measures.movedPeople += party.people;
}

function uses({ cascades }: SimMeeting, id: string): boolean {
  return [...cascades].some(([originId, { nodes }]) => originId === id || nodes.has(id));
}
