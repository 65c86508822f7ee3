import { expect, test } from 'vitest';
import { edgeLoad } from './edge-load.ts';

const load = (egressBps: number, egressCapacityBps = 1e9) => edgeLoad({ load: 0.4, egressBps, egressCapacityBps });

test('an edge is as full as its hottest worker or its network, which is full at nine tenths', () => {
  expect(load(0)).toBe(0.4);
  expect(load(1.8e8)).toBe(0.4);
  expect(load(7.2e8)).toBeCloseTo(0.8);
  expect(load(9e8)).toBeCloseTo(1);
});

test('a network whose capacity is not known is never full', () => {
  expect(load(9e12, 0)).toBe(0.4);
});
