import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fullBucket, take } from './token-bucket.ts';

const rate = { perSecond: 10, burst: 3 };

/** Which of the arrivals, ms, are let through. */
function passing(arrivals: readonly number[]): boolean[] {
  let bucket = fullBucket(rate, 0);
  return arrivals.map((now) => {
    const taken = take(bucket, rate, now);
    bucket = taken.bucket;
    return taken.passes;
  });
}

test('a burst passes, the rest of it does not', () => {
  expect(passing([0, 0, 0, 0])).toEqual([true, true, true, false]);
});

test('what was used comes back with time', () => {
  expect(passing([0, 0, 0, 99, 200])).toEqual([true, true, true, false, true]);
});

test('never more passes than the burst and the rate allow', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 300 }), (gaps) => {
      let now = 0;
      const arrivals = gaps.map((gap) => (now += gap));
      const passed = passing(arrivals).filter(Boolean).length;
      expect(passed).toBeLessThanOrEqual(rate.burst + (now / 1_000) * rate.perSecond + 1e-6);
    }),
  );
});
