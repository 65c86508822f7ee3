import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extendPath, wouldLoop } from './path-vector.ts';

/** Follows next hops from an edge until the origin is reached or the pull is refused. */
function follow(parents: readonly number[], from: number, origin: number): string[] | undefined {
  let at = from;
  let path: readonly string[] = [];
  while (at !== origin) {
    const extended = extendPath(path, String(at));
    if (extended === undefined) return undefined;
    path = extended;
    at = parents[at] ?? origin;
  }
  return [...path];
}

const someRoutes = fc
  .integer({ min: 2, max: 12 })
  .chain((size) => fc.tuple(fc.array(fc.nat(size - 1), { minLength: size, maxLength: size }), fc.nat(size - 1)));

test('whatever the routes say, a pull reaches the origin over distinct edges or is refused', () => {
  fc.assert(
    fc.property(someRoutes, ([parents, from]) => {
      const path = follow(parents, from, 0);
      if (path !== undefined) expect(new Set(path).size).toBe(path.length);
    }),
  );
});

test('a pull is refused exactly when its routes go round in a circle', () => {
  fc.assert(
    fc.property(someRoutes, ([parents, from]) => {
      const seen = new Set<number>();
      let at = from;
      while (at !== 0 && !seen.has(at)) {
        seen.add(at);
        at = parents[at] ?? 0;
      }
      expect(follow(parents, from, 0) === undefined).toBe(at !== 0);
    }),
  );
});

test('a track is not sent to an edge that it came through', () => {
  expect(wouldLoop(['b'], ['origin', 'b', 'c'])).toBe(true);
  expect(wouldLoop(['d', 'e'], ['origin', 'b', 'c'])).toBe(false);
});
