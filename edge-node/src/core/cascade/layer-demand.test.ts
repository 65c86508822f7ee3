import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allLayers, followNeed, type LayerDemand, LayerNeeds } from './layer-demand.ts';

const lingerMs = 5_000;

test('at first, and for the linger, every layer is asked for, though fewer are needed', () => {
  const asked = followNeed(allLayers, 1, 0);
  expect(asked).toEqual({ layers: Number.POSITIVE_INFINITY, lowerAt: lingerMs });
  expect(followNeed(asked, 1, lingerMs - 1).layers).toBe(Number.POSITIVE_INFINITY);
  expect(followNeed(asked, 1, lingerMs)).toEqual({ layers: 1, lowerAt: undefined });
});

test('more is asked for at once, and nobody waits for what was to be lowered before', () => {
  const lowering = followNeed({ layers: 2, lowerAt: undefined }, 1, 0);
  expect(followNeed(lowering, 3, 10)).toEqual({ layers: 3, lowerAt: undefined });
});

test('what is needed again within the linger is not lowered; the next lowering takes the whole linger', () => {
  let asked = followNeed({ layers: 3, lowerAt: undefined }, 1, 0);
  asked = followNeed(asked, 3, 4_000);
  asked = followNeed(asked, 1, 4_500);
  expect(followNeed(asked, 1, lingerMs)).toMatchObject({ layers: 3 });
  expect(followNeed(asked, 1, 4_500 + lingerMs)).toMatchObject({ layers: 1 });
});

const steps = fc.array(fc.record({ needed: fc.integer({ min: 1, max: 4 }), afterMs: fc.nat(3_000) }), { minLength: 1 });

test('never is less asked for than is needed, and lowered only after nobody needed it for the linger', () => {
  fc.assert(
    fc.property(steps, (changes) => {
      let demand: LayerDemand = allLayers;
      let now = 0;
      const past: { at: number; needed: number }[] = [];
      for (const { needed, afterMs } of changes) {
        now += afterMs;
        const before = demand.layers;
        demand = followNeed(demand, needed, now);
        expect(demand.layers).toBeGreaterThanOrEqual(needed);
        const recent = past.filter((_, index) => (past[index + 1]?.at ?? now) > now - lingerMs);
        if (demand.layers < before) for (const one of recent) expect(one.needed).toBeLessThan(before);
        past.push({ at: now, needed });
      }
    }),
  );
});

test('whatever happened, what is needed for the linger is what is asked for', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 4 }), (changes, last) => {
      let demand: LayerDemand = allLayers;
      let now = 0;
      for (const { needed, afterMs } of changes) {
        now += afterMs;
        demand = followNeed(demand, needed, now);
      }
      demand = followNeed(demand, last, now);
      expect(followNeed(demand, last, now + lingerMs)).toEqual({ layers: last, lowerAt: undefined });
    }),
  );
});

test('those who share a track need what the most demanding of them needs', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined })), (needs) => {
      const shared = new LayerNeeds();
      for (const need of needs) shared.replace(undefined, 4 - (need ?? 0));
      for (const need of needs) shared.replace(4 - (need ?? 0), need);
      const present = needs.filter((need) => need !== undefined);
      expect(shared.needed).toBe(present.length === 0 ? undefined : Math.max(...present));
    }),
  );
});
