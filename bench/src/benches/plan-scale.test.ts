import { expect, test } from 'vitest';
import { growthOf, run, summary } from './plan-scale.ts';

const runOf = (timeMs: (edges: number) => number, sizes: readonly number[]) =>
  sizes.map((edges) => {
    const ms = timeMs(edges);
    return { edges, plan: ms, replan: 2 * ms, repair: ms / 10 };
  });

test('growth is the power of edges that time rises with, of sizes from 200 to 1,000', () => {
  const sizes = [50, 200, 400, 1_000, 2_000];
  const inProportion = runOf((edges) => (edges < 200 || edges > 1_000 ? 1_000 : edges / 50), sizes);
  const withTheSquare = runOf((edges) => edges ** 2 / 1_000, sizes);
  const growth = growthOf([inProportion, withTheSquare, withTheSquare]);
  for (const work of ['plan', 'replan', 'repair'] as const)
    expect(growth?.[work]).toEqual({ median: 2, least: 1, most: 2 });
});

test('of one size there is no growth', () => {
  expect(growthOf([runOf((edges) => edges, [100, 500])])).toBeUndefined();
});

test('both kinds of meshes are measured, and the summary tells how time grows', async () => {
  const series = await run({ edges: '20,200,210', runs: '1' });
  expect(series.map(({ regions }) => regions)).toEqual(['twelve', 'own']);
  for (const { sizes, growth } of series) {
    expect(sizes.map(({ edges }) => edges)).toEqual([20, 200, 210]);
    for (const { planMs } of sizes) expect(planMs.least).toBeLessThanOrEqual(planMs.median);
    expect(Number.isFinite(growth?.repair.median)).toBe(true);
  }
  expect(series.map(({ sizes }) => sizes.map(({ regions }) => regions))).toEqual([
    [12, 12, 12],
    [20, 200, 210],
  ]);
  expect(summary(series)).toMatch(/power of edges that time grows with, 200 to 1000, in 12 regions: plan /);
});

test('sizes are whole numbers from 2 on', async () => {
  await expect(run({ edges: '10,1' })).rejects.toThrow('--edges takes whole numbers from 2 on');
});
