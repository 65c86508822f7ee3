import { describe, expect, test } from 'vitest';
import { BenchError } from '../bench.ts';
import { twelveRegions } from '../region-data.ts';
import type { Fault, Scenario } from './scenario.ts';
import { Simulation } from './simulation.ts';
import { makeWorld } from './world.ts';

const data = await twelveRegions();

function scenario(faults: readonly Fault[] = [], backup: 'warm' | 'cold' = 'warm'): Scenario {
  return {
    description: 'a small webinar and some meetings',
    regions: 12,
    edges: 24,
    edgeCapacity: 100,
    durationMs: 180_000,
    viewers: 800,
    meetings: (random, viewers) => [
      {
        startMs: 0,
        publishers: 3,
        viewers,
        arrivalMs: 30_000,
        arrivals: 'rush',
        stayMs: 300_000,
        endMs: 200_000,
        backup,
      },
      ...Array.from({ length: 10 }, () => ({
        startMs: random.unit() * 10_000,
        publishers: 4,
        viewers: 0,
        arrivalMs: 10_000,
        arrivals: 'even' as const,
        stayMs: 60_000,
        endMs: 120_000,
        backup: 'cold' as const,
        cities: 2,
      })),
    ],
    faults,
  };
}

/** Runs to the end; plans that break an invariant and people on dead edges end it with an error. */
async function simulate(seed: number, one = scenario()) {
  const simulation = new Simulation(makeWorld(data, { ...one, maxFanOut: 16, seed }), seed, 1);
  await simulation.run(one);
  return simulation;
}

const outcome = async (seed: number, one?: Scenario) => (await simulate(seed, one)).measures.outcome();

describe('the simulator', () => {
  test('gives the same result for the same seed, another for another', async () => {
    const once = await outcome(1);
    expect(await outcome(1)).toEqual(once);
    expect(await outcome(2)).not.toEqual(once);
  });

  test('lets everybody in where there is room, and overloads nobody', async () => {
    const { joined, refused, overloads, plans } = await outcome(3);
    expect(joined).toBe(800 + 3 + 40);
    expect(refused).toBe(0);
    expect(overloads.edgeSecondsOverCapacity).toBe(0);
    expect(overloads.highestLoad).toBeLessThanOrEqual(1);
    expect(plans.unreached).toBe(0);
    expect(plans.deepest).toBeLessThanOrEqual(3);
  });

  test('counts what flows over warm backup ways as cost and as load of the edges that send it, and nothing over cold ones', async () => {
    const [warm, cold] = [await simulate(3), await simulate(3, scenario([], 'cold'))];
    const egress = ({ measures }: Simulation) => measures.outcome().egress;
    const sent = ({ world }: Simulation) => world.edges.reduce((sum, { children }) => sum + children, 0);
    const ways = ({ meetings }: Simulation) =>
      [...meetings].flatMap(({ cascades }) => [...cascades.values()]).flatMap(({ nodes }) => [...nodes.values()]);
    const backups = ways(warm).filter(({ backupParentId }) => backupParentId !== undefined);
    expect(backups.length).toBeGreaterThan(0);
    expect(sent(warm)).toBe(ways(warm).length + backups.length);
    expect(sent(cold)).toBe(ways(cold).length);
    expect(egress(warm).withBackups.usdPerGb).toBeGreaterThan(egress(warm).usdPerGb);
    expect(egress(cold).withBackups.usdPerGb).toBe(egress(cold).usdPerGb);
  });

  test('has no fault without a target, and no region without an edge', async () => {
    const faults: Fault[] = [
      { kind: 'kill-region', atMs: 60_000, region: 'eu-central-2' },
      { kind: 'kill-edge', atMs: 60_000, index: 24 },
    ];
    for (const fault of faults) await expect(simulate(1, scenario([fault]))).rejects.toThrow(BenchError);
    await expect(simulate(1, { ...scenario(), edges: 11 })).rejects.toThrow('12 regions need an edge each');
  });

  test('takes everybody off the edges of a region that is lost', async () => {
    const simulation = await simulate(4, scenario([{ kind: 'kill-region', atMs: 60_000, region: 'eu-central-1' }]));
    expect(simulation.measures.movedPeople).toBeGreaterThan(0);
    for (const { candidate, people } of simulation.world.edges)
      if (candidate.region === 'eu-central-1') expect(people).toBe(0);
  });

  test('empties every edge in turn and brings it back', async () => {
    const simulation = await simulate(5, scenario([{ kind: 'drain-all', atMs: 40_000, pauseMs: 500 }]));
    expect(simulation.measures.movedPeople).toBeGreaterThan(500);
    expect(simulation.world.edges.filter(({ candidate, plan }) => candidate.draining || !plan.usable)).toEqual([]);
    expect(simulation.measures.outcome().plans.unreached).toBe(0);
  });

  test('moves people off an edge that got too much to do, and no more than that', async () => {
    const crowd = { startMs: 0, publishers: 1, viewers: 290, arrivalMs: 20_000, arrivals: 'even' as const };
    const toTheEnd = { stayMs: 1e9, endMs: 180_000, backup: 'cold' as const, cities: 1 };
    const one = { ...scenario(), edges: 12, meetings: () => [{ ...crowd, ...toTheEnd }] };
    const simulation = new Simulation(makeWorld(data, { ...one, maxFanOut: 16, seed: 6 }), 6, 1);
    simulation.queue.at(90_000, () => {
      for (const { candidate } of simulation.world.edges) candidate.loadPerParticipant *= 1.3;
    });
    await simulation.run(one);
    const { measures, world } = simulation;
    expect(measures.rebalancedPeople).toBeGreaterThan(0);
    expect(measures.rebalancedPeople).toBeLessThan(150);
    for (const { candidate } of world.edges) expect(candidate.overloaded).toBe(false);
    expect(measures.outcome().moves.forLoad).toBe(measures.rebalancedPeople);
  });
});
