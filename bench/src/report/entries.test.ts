import { expect, test } from 'vitest';
import { benchOf } from '../catalogue.ts';
import { savedRecords } from '../record.ts';
import { entriesOf } from './entries.ts';

test('saved results stand in the order in which all benches run, and strangers at the end', () => {
  const record = (bench: string) => ({
    bench,
    commit: '',
    date: '',
    machine: { cpu: '', cores: 1, memoryGiB: 1, kernel: '', node: '' },
    result: {},
  });
  const names = entriesOf(['zebra', 'failover', 'ant', 'plan'].map(record)).map(({ bench }) => bench);
  expect(names).toEqual(['plan', 'failover', 'ant', 'zebra']);
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
