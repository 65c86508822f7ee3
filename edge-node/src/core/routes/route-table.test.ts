import type { RouteTable } from '@canopy/proto/routing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { acceptTable, findRoute } from './route-table.ts';

function table(epoch: number, parents: Record<string, string> = {}): RouteTable {
  const routes = Object.entries(parents).map(([originEdgeId, edgeId]) => ({
    originEdgeId,
    parent: { edgeId, linkAddress: `${edgeId}:1` },
  }));
  return { meetingId: 'm', edgeId: 'self', epoch, routes };
}

test('in whatever order tables arrive, the newest is in force', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { minLength: 1 }), (epochs) => {
      let current: RouteTable | undefined;
      let highest = 0;
      for (const epoch of epochs) {
        current = acceptTable(current, table(epoch));
        expect(current.epoch).toBeGreaterThanOrEqual(highest);
        highest = current.epoch;
      }
      expect(current?.epoch).toBe(Math.max(...epochs));
    }),
  );
});

test('a table of the epoch in force changes nothing', () => {
  const current = table(3);
  expect(acceptTable(current, table(3))).toBe(current);
});

test('a route is found by its origin', () => {
  expect(findRoute(table(1, { a: 'b' }), 'a', 0)?.parent.edgeId).toBe('b');
  expect(findRoute(table(1, { a: 'b' }), 'c', 0)).toBeUndefined();
  expect(findRoute(undefined, 'a', 0)).toBeUndefined();
});

test('a route of a plan that is too old is none', () => {
  expect(findRoute(table(4, { a: 'b' }), 'a', 5)).toBeUndefined();
});
