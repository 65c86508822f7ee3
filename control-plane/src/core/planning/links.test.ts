import { expect, test } from 'vitest';
import { fanOutLimit } from './links.ts';
import type { PlanEdge } from './types.ts';

function edge(maxFanOut: number): PlanEdge {
  return { id: 'e', region: 'r', load: 0, maxFanOut, usable: true };
}

test('an origin keeps the children it has, whatever its limit', () => {
  expect(fanOutLimit(edge(2), true, 3)).toBe(3);
});

test('an origin that drains takes one more child, so that none is torn from it for who moves off it', () => {
  expect([0, 1, 3].map((children) => fanOutLimit(edge(0), true, children))).toEqual([1, 2, 4]);
});

test('an edge that drains forwards nothing for others', () => {
  expect(fanOutLimit(edge(0), false, 3)).toBe(0);
});
