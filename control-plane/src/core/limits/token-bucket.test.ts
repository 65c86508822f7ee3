import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullBucket, take } from './token-bucket.ts';

const limit = { ratePerSecond: 20, burst: 40 };

describe('a token bucket', () => {
  it('never gives more than the burst and the rate allow, whatever the times', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 300 }), (gaps) => {
        let bucket = fullBucket(limit, 0);
        let now = 0;
        let given = 0;
        for (const gap of gaps) {
          now += gap;
          const next = take(bucket, limit, now);
          bucket = next.bucket;
          if (next.taken) given += 1;
        }
        expect(given).toBeLessThanOrEqual(limit.burst + (now / 1000) * limit.ratePerSecond + 1e-6);
      }),
    );
  });

  it('gives nothing for a clock that steps back, and goes on from there', () => {
    const empty = { tokens: 0, at: 10_000 };
    const back = take(empty, limit, 0);
    expect(back.taken).toBe(false);
    expect(take(back.bucket, limit, 50).taken).toBe(true);
  });
});
