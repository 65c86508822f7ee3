import { defaultPlacementPolicy } from '@canopy/control-plane/core/placement/types';
import { defaultFanOut } from '@canopy/control-plane/core/planning/planner';
import { text, wholeNumber } from '../arguments.ts';
import { BenchError, type OptionValues } from '../bench.ts';
import { loadNote } from '../machine-load.ts';
import { twelveRegions } from '../region-data.ts';
import type { Measures } from '../simulator/measures.ts';
import { scenarios } from '../simulator/scenarios.ts';
import { Simulation } from '../simulator/simulation.ts';
import { makeWorld, type WorldSize } from '../simulator/world.ts';

export const description = 'meetings, people and faults on a virtual clock, placed and planned by the real core';

export const needs = 'node';

export const argument = {
  name: 'scenario',
  description: `one of ${[...scenarios.keys()].join(', ')}`,
};

export const options = {
  seed: { type: 'string', default: '1', description: 'N: the same seed gives the same result' },
  viewers: { type: 'string', description: 'N: people who watch; as the scenario says if not given' },
  edges: { type: 'string', description: 'N: up to 1,000; as the scenario says if not given' },
  regions: { type: 'string', description: 'N: up to 32; as the scenario says if not given' },
  'max-fan-out': {
    type: 'string',
    default: String(defaultFanOut),
    description: 'N: copies of one track that an edge may send to others',
  },
  'edge-capacity': { type: 'string', description: 'N: people one edge can serve; as the scenario says if not given' },
} as const;

/** Short simulations say nothing. */
const progressEveryMs = 5_000;
const minuteMs = 60_000;

/** Up to so many are placed one by one; of more, those of a city who come at once share a placement. */
const maxParties = 100_000;

/** @throws a {@link BenchError} also where a scenario's faults have no target in a mesh of the size asked for. */
export async function run(values: OptionValues) {
  const name = text(values, 'scenario') ?? '';
  const scenario = scenarios.get(name);
  if (scenario === undefined)
    throw new BenchError(`simulate takes one of these scenarios: ${[...scenarios.keys()].join(', ')}.`);
  const seed = wholeNumber(values, 'seed', 0, 2 ** 31) ?? 1;
  const viewers = wholeNumber(values, 'viewers', 0, 1_000_000) ?? scenario.viewers;
  const size = {
    regions: wholeNumber(values, 'regions', 1, 32) ?? scenario.regions,
    edges: wholeNumber(values, 'edges', 1, 1_000) ?? scenario.edges,
    edgeCapacity: wholeNumber(values, 'edge-capacity', 1, 1_000_000) ?? scenario.edgeCapacity,
    maxFanOut: wholeNumber(values, 'max-fan-out', 1, 1_000) ?? defaultFanOut,
    seed,
  };
  const partySize = Math.max(1, Math.ceil(viewers / maxParties));
  const load = loadNote();
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const simulation = new Simulation(makeWorld(await twelveRegions(), size), seed, partySize);
  const { measures } = simulation;
  const simulatedMs = scenario.durationMs;
  const telling = setInterval(() => console.error(progress(simulation, simulatedMs)), progressEveryMs);
  try {
    await simulation.run(scenario, viewers);
  } finally {
    clearInterval(telling);
  }
  const cpu = process.cpuUsage(cpuBefore);
  return {
    scenario: name,
    ...size,
    peoplePerPlacement: partySize,
    simulatedMs,
    ...measures.outcome(),
    notes: notesOf(measures, size),
    timing: {
      ...measures.timing(),
      wallMs: Math.round(performance.now() - startedAt),
      cpuMs: Math.round((cpu.user + cpu.system) / 1_000),
      peakResidentMiB: Math.round(process.resourceUsage().maxRSS / 1024),
      load,
    },
  };
}

/** What has happened until now. */
function progress({ measures, queue }: Simulation, simulatedMs: number): string {
  const minute = (queue.nowMs / minuteMs).toFixed(1);
  return `minute ${minute} of ${simulatedMs / minuteMs}: ${measures.joined} joined, ${measures.refused} refusals`;
}

/** What is to be known before anything is concluded from the figures. */
function notesOf({ invited }: Measures, { edges, edgeCapacity }: WorldSize): string[] {
  const seats = edges * Math.floor(edgeCapacity * defaultPlacementPolicy.overloadThreshold);
  if (seats >= invited) return [];
  return [`${invited} people come to edges that take ${seats} at once, ${seats / edges} each: see --edge-capacity.`];
}

export function summary(result: Awaited<ReturnType<typeof run>>): string {
  const { latencyMs, placementRegretMs, egress, overloads, moves, plans, timing } = result;
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  return [
    `${result.scenario}: ${result.joined} joined, ${result.peakPeople} at once, ${result.refused} refusals; ${result.edges} edges in ${result.regions} regions`,
    `latency, one way       p50 ${latencyMs.p50} ms, p95 ${latencyMs.p95} ms, p99 ${latencyMs.p99} ms`,
    `placement regret       mean ${placementRegretMs.mean} ms, p95 ${placementRegretMs.p95} ms`,
    `egress between regions ${percent(egress.ofStar)} of a star, ${percent(egress.ofNearestOnly)} of nearest-only`,
    `with warm backups      ${percent(egress.withBackups.ofStar)} of a star, ${percent(egress.withBackups.ofNearestOnly)} of nearest-only`,
    `overloads              ${overloads.entered}, highest load ${overloads.highestLoad.toFixed(2)}; ${overloads.edgeSecondsOverCapacity} edge-seconds over capacity`,
    `moves                  ${moves.people} people (${moves.forLoad} off overloaded edges), ${moves.children} healthy children, ${moves.repairedChildren} orphans`,
    `plans                  ${plans.made}, ${plans.repairs} repairs, depth ≤ ${plans.deepest}, ${plans.unreached} unreached`,
    `time                   ${timing.microsecondsPerPlacement.p50} µs per placement, ${timing.msPerPlan.p50} ms per plan, ${timing.wallMs} ms in all, ${timing.cpuMs} ms of CPU, ${timing.peakResidentMiB} MiB`,
    ...result.notes,
    timing.load,
  ].join('\n');
}
