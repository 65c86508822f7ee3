import { expect, test } from 'vitest';
import { purposes, stepsTo } from '../../scripts/setup/setup.mjs';
import { benchNames, listing, loadBench } from './catalogue.ts';

test('lists every bench with its options', async () => {
  const text = await listing();
  expect(text).toContain('plan: plans the cascade');
  expect(text).toContain('--max-fan-out');
  expect(text).toContain('simulate SCENARIO');
});

test('names the benches there are when asked for another', async () => {
  await expect(loadBench('juggle')).rejects.toThrow(/There is no bench "juggle"\. There are: .*plan/);
});

test('every bench says what it needs, and those that only compute need neither a worker nor services', async () => {
  for (const name of await benchNames()) expect(purposes).toContain((await loadBench(name)).needs);
  for (const name of ['plan', 'plan-scale', 'placement', 'simulate', 'capacity', 'report'])
    expect(stepsTo((await loadBench(name)).needs, 'node')).toEqual([]);
});
