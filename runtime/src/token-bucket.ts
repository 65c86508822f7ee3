/** A rate limit: `ratePerSecond` in the long run, `burst` at once. */
export interface RateLimit {
  ratePerSecond: number;
  burst: number;
}

/** State of a token bucket (https://en.wikipedia.org/wiki/Token_bucket); `at` in ms. */
export interface Bucket {
  tokens: number;
  at: number;
}

export function fullBucket(limit: RateLimit, now: number): Bucket {
  return { tokens: limit.burst, at: now };
}

/** Takes one token, if there is one. A clock that steps back gives nothing. */
export function take(bucket: Bucket, limit: RateLimit, now: number): { bucket: Bucket; taken: boolean } {
  const tokens = refilled(bucket, limit, now);
  return tokens >= 1
    ? { bucket: { tokens: tokens - 1, at: now }, taken: true }
    : { bucket: { tokens, at: now }, taken: false };
}

/** Whether a bucket is full by now, and so no other than a new one. */
export function isFull(bucket: Bucket, limit: RateLimit, now: number): boolean {
  return refilled(bucket, limit, now) >= limit.burst;
}

function refilled({ tokens, at }: Bucket, { ratePerSecond, burst }: RateLimit, now: number): number {
  return Math.min(burst, tokens + (Math.max(0, now - at) / 1000) * ratePerSecond);
}
