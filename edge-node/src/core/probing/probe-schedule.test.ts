import fc from 'fast-check';
import { expect, test } from 'vitest';
import { betweenProbesMs, peerToProbe, perPeerMs } from './probe-schedule.ts';

/** When each of `count` edges is probed within `durationMs`. */
function run(count: number, durationMs: number): Map<string, number[]> {
  const lastProbedAt = new Map<string, number | undefined>();
  const probes = new Map<string, number[]>();
  for (let index = 0; index < count; index++) {
    lastProbedAt.set(`edge-${index}`, undefined);
    probes.set(`edge-${index}`, []);
  }
  for (let now = 0; now < durationMs; now += betweenProbesMs) {
    const id = peerToProbe(lastProbedAt, now);
    if (id === undefined) continue;
    lastProbedAt.set(id, now);
    probes.get(id)?.push(now);
  }
  return probes;
}

test('nobody to probe', () => {
  expect(peerToProbe(new Map(), 1_000)).toBeUndefined();
});

test('an edge never probed goes first', () => {
  const probed = new Map([
    ['old', 0],
    ['new', undefined],
  ]);
  expect(peerToProbe(probed, 60_000)).toBe('new');
});

test('an edge is left alone for two seconds', () => {
  expect(peerToProbe(new Map([['a', 1_000]]), 1_000 + perPeerMs - 1)).toBeUndefined();
  expect(peerToProbe(new Map([['a', 1_000]]), 1_000 + perPeerMs)).toBe('a');
});

test('up to fifty edges are each probed once in two seconds', () => {
  for (const at of run(50, 20_000).values()) expect(at).toHaveLength(10);
});

test('in a mesh of any size the rate is bounded, an edge gets its rest, and everyone gets as many turns', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 2_000, max: 60_000 }), (count, durationMs) => {
      const turns = [...run(count, durationMs).values()];
      const total = turns.reduce((sum, at) => sum + at.length, 0);
      expect(total).toBeLessThanOrEqual(Math.ceil(durationMs / betweenProbesMs));
      const counts = turns.map((at) => at.length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      for (const at of turns) {
        for (const [index, time] of at.entries()) {
          if (index > 0) expect(time - (at[index - 1] ?? 0)).toBeGreaterThanOrEqual(perPeerMs);
        }
      }
    }),
    { numRuns: 30 },
  );
});
