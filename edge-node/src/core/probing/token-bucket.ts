/** How much is let through: `perSecond` on average, at most `burst` at once. */
export interface BucketRate {
  perSecond: number;
  burst: number;
}

/** What is left of it. `at`: ms of the caller's clock. */
export interface Bucket {
  tokens: number;
  at: number;
}

export function fullBucket({ burst }: BucketRate, now: number): Bucket {
  return { tokens: burst, at: now };
}

/** The bucket after one more came, and whether that one is let through. */
export function take(
  bucket: Bucket,
  { perSecond, burst }: BucketRate,
  now: number,
): { bucket: Bucket; passes: boolean } {
  const tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1_000) * perSecond);
  const passes = tokens >= 1;
  return { bucket: { tokens: passes ? tokens - 1 : tokens, at: now }, passes };
}
