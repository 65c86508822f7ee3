import fc from 'fast-check';
import { expect, test } from 'vitest';
import { followNeed, type LayerDemand, LayerNeeds, linkLingerMs as lingerMs } from './layer-demand.ts';

const allLayers: LayerDemand = { layers: Number.POSITIVE_INFINITY, lowerAt: undefined };
const patience = { lingerMs, settledAt: 0 };

test('at first, and for the linger, every layer is asked for, though fewer are needed', () => {
  const asked = followNeed(allLayers, 1, 0, patience);
  expect(asked).toEqual({ layers: Number.POSITIVE_INFINITY, lowerAt: lingerMs });
  expect(followNeed(asked, 1, lingerMs - 1, patience).layers).toBe(Number.POSITIVE_INFINITY);
  expect(followNeed(asked, 1, lingerMs, patience)).toEqual({ layers: 1, lowerAt: undefined });
});

test('more is asked for at once, and nobody waits for what was to be lowered before', () => {
  const lowering = followNeed({ layers: 2, lowerAt: undefined }, 1, 0, patience);
  expect(followNeed(lowering, 3, 10, patience)).toEqual({ layers: 3, lowerAt: undefined });
});

test('what is needed again within the linger is not lowered; the next lowering takes the whole linger', () => {
  let asked = followNeed({ layers: 3, lowerAt: undefined }, 1, 0, patience);
  asked = followNeed(asked, 3, 4_000, patience);
  asked = followNeed(asked, 1, 4_500, patience);
  expect(followNeed(asked, 1, lingerMs, patience)).toMatchObject({ layers: 3 });
  expect(followNeed(asked, 1, 4_500 + lingerMs, patience)).toMatchObject({ layers: 1 });
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
        demand = followNeed(demand, needed, now, patience);
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
        demand = followNeed(demand, needed, now, patience);
      }
      demand = followNeed(demand, last, now, patience);
      expect(followNeed(demand, last, now + lingerMs, patience)).toEqual({ layers: last, lowerAt: undefined });
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
