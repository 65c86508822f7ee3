import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClockComparison } from './clock-comparison.ts';

test('knows nothing before the first answer', () => {
  expect(new ClockComparison().aheadMs).toBeUndefined();
});

test('is wrong by half of the shortest round trip at most, whatever the rest was like', () => {
  const ways = fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 }));
  const offset = fc.integer({ min: -1e9, max: 1e9 });
  fc.assert(
    fc.property(fc.array(ways, { minLength: 1, maxLength: 8 }), offset, (trips, aheadMs) => {
      const comparison = new ClockComparison();
      for (const [there, back] of trips) {
        const askedAt = 1e12 + aheadMs;
        comparison.add({ askedAt, answeredAt: askedAt + there + back, serverTime: 1e12 + there });
      }
      const shortest = Math.min(...trips.map(([there, back]) => there + back));
      // And by what is not worth a change.
      expect(Math.abs((comparison.aheadMs ?? Number.NaN) - aheadMs)).toBeLessThanOrEqual(shortest / 2 + 5.5);
    }),
  );
});

test('a little more or less changes nothing, a clock that was set does when the old answers are forgotten', () => {
  const comparison = new ClockComparison();
  const answer = (aheadMs: number) => comparison.add({ askedAt: aheadMs, answeredAt: aheadMs, serverTime: 0 });
  answer(100);
  answer(103);
  expect(comparison.aheadMs).toBe(100);
  for (let i = 0; i < 8; i++) answer(5_000);
  expect(comparison.aheadMs).toBe(5_000);
});
