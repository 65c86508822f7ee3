import { expect, test } from 'vitest';
import { benchOf } from '../catalogue.ts';
import { savedRecords } from '../record.ts';
import { entriesOf } from './entries.ts';

const circumstances = {
  commit: '',
  date: '',
  machine: { cpu: '', cores: 1, memoryGiB: 1, kernel: '', node: '' },
};

test('saved results stand in the order in which all benches run, and strangers at the end', () => {
  const records = ['zebra', 'failover', 'ant', 'plan'].map((bench) => ({ bench, ...circumstances, result: {} }));
  expect(entriesOf(records).map(({ bench }) => bench)).toEqual(['plan', 'failover', 'ant', 'zebra']);
});

test('what ran with all others stands in for what did not run by itself', () => {
  const outcome = (name: string, result?: object) => ({ name, options: { runs: '1' }, seconds: 2, result });
  const all = { outcomes: [outcome('plan', { from: 'all' }), outcome('join', { from: 'all' }), outcome('grow')] };
  const entries = entriesOf([
    { bench: 'all', ...circumstances, result: all },
    { bench: 'plan', ...circumstances, result: { from: 'itself' } },
  ]);
  expect(entries).toMatchObject([
    { bench: 'plan', result: { from: 'itself' } },
    { bench: 'join', result: { from: 'all' }, options: { runs: '1' } },
  ]);
  expect(entries).toHaveLength(2);
});

test('a saved result belongs to the bench with the longest name that fits', () => {
  const names = ['plan', 'plan-scale', 'simulate'];
  expect(benchOf('plan', names)).toBe('plan');
  expect(benchOf('plan-scale', names)).toBe('plan-scale');
  expect(benchOf('simulate-region-loss', names)).toBe('simulate');
  expect(benchOf('planner', names)).toBeUndefined();
});

test('what is in bench/results can be read', async () => {
  expect((await savedRecords()).length).toBeGreaterThan(5);
});
