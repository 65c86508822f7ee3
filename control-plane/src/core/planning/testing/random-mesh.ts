import fc from 'fast-check';
import type { MeshView } from '../types.ts';
import { aMesh } from './mesh.ts';

interface RandomMesh {
  edges: { min: number; max: number };
  /** Edges share regions; otherwise each has its own. */
  sharedRegions?: boolean;
  maxFanOut?: fc.Arbitrary<number>;
  rttMs?: fc.Arbitrary<number>;
}

/** Meshes whose round trips and prices follow no geometry: harder than real ones. */
export function arbitraryMesh({
  edges,
  sharedRegions = false,
  maxFanOut = unlimited,
  rttMs = acrossTheWorld,
}: RandomMesh): fc.Arbitrary<MeshView> {
  return fc.integer(edges).chain((size) => {
    const ids = Array.from({ length: size }, (_, index) => (sharedRegions ? `r${index % 4}/${index}` : `r${index}`));
    const regions = [...new Set(ids.map((id) => id.split('/')[0] ?? id))];
    const pairs = regions.flatMap((a, at) => regions.slice(at + 1).map((b) => `${a} ${b}`));
    return fc
      .record({
        rtts: fc.array(rttMs, { minLength: pairs.length, maxLength: pairs.length }),
        prices: fc.array(price, { minLength: regions.length, maxLength: regions.length }),
        limits: fc.array(maxFanOut, { minLength: size, maxLength: size }),
      })
      .map(({ rtts, prices, limits }) =>
        aMesh({
          edges: ids.map((id, index) => ({ id, maxFanOut: limits[index] ?? 0 })),
          rtts: Object.fromEntries(pairs.map((pair, index) => [pair, rtts[index] ?? 0])),
          prices: Object.fromEntries(regions.map((region, index) => [region, prices[index] ?? 0])),
        }),
      );
  });
}

/** Meshes in which each pair of edges has a price of its own and, each way, a round trip of its own. */
export function unevenMesh({
  edges,
  maxFanOut = unlimited,
  rttMs = acrossTheWorld,
}: Omit<RandomMesh, 'sharedRegions'>): fc.Arbitrary<MeshView> {
  return fc.integer(edges).chain((size) => {
    const ids = Array.from({ length: size }, (_, index) => `r${index}`);
    const each = (amount: fc.Arbitrary<number>) =>
      fc.array(amount, { minLength: size ** 2, maxLength: size ** 2 }).map((amounts) => {
        return (from: string, to: string) => amounts[ids.indexOf(from) * size + ids.indexOf(to)] ?? 0;
      });
    return fc
      .record({
        rttMs: each(rttMs),
        egressUsdPerGb: each(fc.integer({ min: 1, max: 150 }).map((mills) => mills / 1_000)),
        limits: fc.array(maxFanOut, { minLength: size, maxLength: size }),
      })
      .map(({ limits, ...amounts }) => ({
        ...aMesh({ edges: ids.map((id, index) => ({ id, maxFanOut: limits[index] ?? 0 })) }),
        ...amounts,
      }));
  });
}

const acrossTheWorld = fc.integer({ min: 10, max: 300 });
const unlimited = fc.constant(Number.POSITIVE_INFINITY);
const price = fc.constantFrom(0.02, 0.05, 0.08, 0.09, 0.138, 0.147);
