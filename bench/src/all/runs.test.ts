import { expect, test } from 'vitest';
import { readArguments } from '../arguments.ts';
import { benchNames, loadBench } from '../catalogue.ts';
import { scenarios } from '../simulator/scenarios.ts';
import { nameOf, runs, runsOf } from './runs.ts';

test('every listed run is of a bench there is, and its options are known', async () => {
  for (const { bench, argument, options = {} } of runs) {
    const given = Object.entries(options).flatMap(([option, value]) => [`--${option}`, value]);
    const words = argument === undefined ? given : [argument, ...given];
    const loaded = await loadBench(bench);
    expect(() => readArguments(bench, loaded, words)).not.toThrow();
  }
});

test('every scenario of the simulator has a run', () => {
  const simulated = runs.filter(({ bench }) => bench === 'simulate').map(({ argument }) => argument);
  expect(new Set(simulated)).toEqual(new Set(scenarios.keys()));
});

test('a bench that is not listed runs with its defaults, and one that is gone does not', async () => {
  expect(runsOf(['plan', 'juggle'])).toEqual([{ bench: 'plan' }, { bench: 'juggle' }]);
  expect(new Set(runsOf(await benchNames()).map(({ bench }) => bench))).toEqual(new Set(await benchNames()));
});

test('capacity is reckoned from what forwarding took in the same run, where it did', async () => {
  const [forwarding, capacity] = ['forwarding', 'capacity'].map((name) =>
    runs.findIndex(({ bench }) => bench === name),
  );
  expect(forwarding).toBeLessThan(capacity ?? 0);
  const { optionsFrom } = runs[capacity ?? 0] ?? {};
  const result = { forwarders: { canopy: { microsecondsPerPacket: { median: 9.5, least: 9, most: 10 } } } };
  expect(optionsFrom?.(new Map([['forwarding', result]]))).toEqual({ 'us-per-packet': '9.5' });
  expect(optionsFrom?.(new Map())).toEqual({});
  expect((await loadBench('capacity')).options).toHaveProperty('us-per-packet');
});

test('no two runs have the same name', () => {
  const names = runs.map(nameOf);
  expect(new Set(names).size).toBe(names.length);
});
