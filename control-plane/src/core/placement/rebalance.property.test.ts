import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BusyMesh } from './testing/busy-mesh.ts';
import { defaultPlacementPolicy as policy } from './types.ts';

const regions = ['eu-central-1', 'eu-west-3', 'eu-west-1', 'us-east-1', 'ap-southeast-2'];

const anyPerson = fc.record({
  weight: fc.double({ min: 0.005, max: 0.02, noNaN: true }),
  publishes: fc.boolean(),
  near: fc.constantFrom(...regions),
});

const anyEdges = fc
  .tuple(
    ...regions.map((region) =>
      fc.tuple(
        fc.constant(region),
        fc.integer({ min: 1, max: 3 }),
        fc.array(anyPerson, { maxLength: 250, size: 'max' }),
      ),
    ),
  )
  .map((edges) => edges.map(([region, workers, people]) => ({ region, workers, people })));

const minutes = 60_000;

describe('rebalancing, for any mesh', () => {
  it('comes to rest, moves nobody back, and overloads no edge that was not', () => {
    fc.assert(
      fc.property(anyEdges, (edges) => {
        const mesh = new BusyMesh(edges);
        const before = mesh.loads();
        mesh.runFor(5 * minutes);
        const left = new Map<string, Set<string>>();
        for (const { id, from, to } of mesh.moved) {
          expect(left.get(id)?.has(to) ?? false, `${id} came back to ${to}`).toBe(false);
          left.set(id, (left.get(id) ?? new Set()).add(from));
        }
        for (const [id, load] of mesh.loads()) {
          if ((before.get(id) ?? 0) < policy.overloadThreshold) expect(load).toBeLessThan(policy.overloadThreshold);
          else expect(load).toBeLessThanOrEqual(before.get(id) ?? 0);
        }
        const settled = mesh.moved.length;
        mesh.runFor(5 * minutes);
        expect(mesh.moved.length).toBe(settled);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });

  it('moves nobody where every edge is overloaded', () => {
    const people = Array.from({ length: 120 }, () => ({ weight: 0.01, publishes: false, near: 'eu-central-1' }));
    const mesh = new BusyMesh(regions.map((region) => ({ region, workers: 1, people })));
    mesh.runFor(5 * minutes);
    expect(mesh.moved).toEqual([]);
  });

  it('brings an overloaded edge below the recovery threshold where a neighbour has room', () => {
    const crowd = (size: number) =>
      Array.from({ length: size }, () => ({ weight: 0.01, publishes: false, near: 'eu-central-1' }));
    const mesh = new BusyMesh([
      { region: 'eu-central-1', workers: 1, people: crowd(110) },
      { region: 'eu-west-3', workers: 1, people: crowd(10) },
    ]);
    mesh.runFor(2 * minutes);
    expect(mesh.loads().get('eu-central-1')).toBeLessThan(policy.recoveryThreshold);
    expect(mesh.moved.length).toBeLessThanOrEqual(41);
  });
});
