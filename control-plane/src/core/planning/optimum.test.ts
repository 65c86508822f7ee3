import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultPlanPolicy, type MeshView, planCascade, validateCascade } from './planner.ts';
import { leastCostUsdPerGb } from './testing/exhaustive.ts';
import { aRequest } from './testing/mesh.ts';
import { arbitraryMesh, unevenMesh } from './testing/random-mesh.ts';

const dataFile = new URL('../../../../bench/data/aws-12-regions.json', import.meta.url);
const data: { rttMs: Record<string, Record<string, number>>; egressUsdPerGb: Record<string, Record<string, number>> } =
  JSON.parse(readFileSync(dataFile, 'utf8'));

function twelveRegions(): MeshView {
  const edges = Object.keys(data.rttMs).map((id) => ({
    id,
    region: id,
    load: 0,
    maxFanOut: Number.POSITIVE_INFINITY,
    usable: true,
  }));
  return {
    edges: new Map(edges.map((edge) => [edge.id, edge])),
    rttMs: (a, b) => data.rttMs[a]?.[b] ?? 0,
    loss: () => 0,
    isLost: () => false,
    egressUsdPerGb: (from, to) => data.egressUsdPerGb[from]?.[to] ?? 0,
  };
}

describe('on measured round trips and list prices of twelve cloud regions', () => {
  const mesh = twelveRegions();
  const ids = [...mesh.edges.keys()];
  const plans = ids.map((originId) => {
    const request = aRequest(mesh, { originId });
    return { request, ...planCascade(request) };
  });

  test('costs at most 0.557 of the stars, summed over the origins', () => {
    const cost = plans.reduce((sum, plan) => sum + plan.costUsdPerGb, 0);
    const stars = ids.flatMap((from) => ids.filter((to) => to !== from).map((to) => mesh.egressUsdPerGb(from, to)));
    expect(cost / stars.reduce((sum, usd) => sum + usd, 0)).toBeLessThanOrEqual(0.557);
  });

  test('keeps the mean stretch at or below 1.02', () => {
    const stretches = plans.flatMap(({ cascade }) =>
      [...cascade.nodes.values()].map((n) => n.latencyMs / n.shortestMs),
    );
    expect(stretches.reduce((sum, stretch) => sum + stretch, 0) / stretches.length).toBeLessThanOrEqual(1.02);
  });

  test('keeps every bound', () => {
    for (const { request, cascade } of plans) expect(validateCascade(cascade, request)).toEqual([]);
  });
});

describe('against an exhaustive search', () => {
  const edges = { min: 2, max: 9 };
  const many = { min: 6, max: 9 };
  const few = fc.integer({ min: 1, max: 3 });
  const tight = fc.integer({ min: 1, max: 4 });
  const enough = fc.integer({ min: 2, max: 8 });
  // Where all are so near, the slack of 10 ms lets almost every tree through.
  const near = fc.integer({ min: 1, max: 40 });
  const cases = [
    { title: 'without limits', mesh: arbitraryMesh({ edges }), maxDepth: 3 },
    { title: 'with tight fan-out', mesh: arbitraryMesh({ edges, maxFanOut: tight }), maxDepth: 3 },
    { title: 'with little depth', mesh: arbitraryMesh({ edges, maxFanOut: enough }), maxDepth: 2 },
    { title: 'among neighbours', mesh: arbitraryMesh({ edges, rttMs: near }), maxDepth: 3 },
    { title: 'where each pair has its price', mesh: unevenMesh({ edges: many }), maxDepth: 3 },
    {
      title: 'where each pair of neighbours has its price',
      mesh: unevenMesh({ edges: many, rttMs: near }),
      maxDepth: 3,
    },
    {
      title: 'where neighbours serve few',
      mesh: unevenMesh({ edges: many, rttMs: near, maxFanOut: few }),
      maxDepth: 4,
    },
  ];
  test.each(cases)('costs what the optimum costs, $title', ({ mesh, maxDepth }) => {
    const mostWant = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 9, maxLength: 9 });
    const request = fc.tuple(mesh, mostWant).map(([mesh, wanted]) =>
      aRequest(mesh, {
        memberIds: [...mesh.edges.keys()].filter((_, index) => wanted[index] !== 0),
        policy: { ...defaultPlanPolicy, maxDepth },
      }),
    );
    fc.assert(
      fc.property(request, (request) => {
        const { costUsdPerGb, cascade } = planCascade(request);
        const optimum = leastCostUsdPerGb(request);
        // Where no tree keeps every latency bound there is no optimum to compare with.
        fc.pre(optimum < Number.POSITIVE_INFINITY);
        expect(costUsdPerGb).toBeGreaterThanOrEqual(optimum - 1e-9);
        expect(costUsdPerGb).toBeLessThanOrEqual(optimum + 1e-4);
        expect(validateCascade(cascade, request)).toEqual([]);
      }),
      { numRuns: 150, seed: 7 },
    );
  });
});
