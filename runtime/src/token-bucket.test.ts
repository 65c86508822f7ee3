import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fullBucket, isFull, take } from './token-bucket.ts';

const limit = { ratePerSecond: 10, burst: 3 };

/** Which of the arrivals, ms, get a token. */
function served(arrivals: readonly number[]): boolean[] {
  let bucket = fullBucket(limit, 0);
  return arrivals.map((now) => {
    const next = take(bucket, limit, now);
    bucket = next.bucket;
    return next.taken;
  });
}

it('serves a burst, and not the rest of it', () => {
  expect(served([0, 0, 0, 0])).toEqual([true, true, true, false]);
});

it('is filled again with time', () => {
  expect(served([0, 0, 0, 99, 200])).toEqual([true, true, true, false, true]);
});

it('is full once all that was taken has come back', () => {
  const { bucket } = take(fullBucket(limit, 0), limit, 0);
  expect([0, 99, 100, 1_000].map((now) => isFull(bucket, limit, now))).toEqual([false, false, true, true]);
});

it('never gives more than the burst and the rate allow, whatever the times', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 300 }), (gaps) => {
      let now = 0;
      const arrivals = gaps.map((gap) => (now += gap));
      const given = served(arrivals).filter(Boolean).length;
      expect(given).toBeLessThanOrEqual(limit.burst + (now / 1_000) * limit.ratePerSecond + 1e-6);
    }),
  );
});

it('gives nothing for a clock that steps back, and goes on from there', () => {
  const back = take({ tokens: 0, at: 10_000 }, limit, 0);
  expect(back.taken).toBe(false);
  expect(take(back.bucket, limit, 100).taken).toBe(true);
});
