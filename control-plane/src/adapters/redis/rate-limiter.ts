import { CanopyError } from '@canopy/runtime/errors';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

export interface RequestLimit {
  /** Requests of one address, or of one participant, in `seconds`. */
  requests: number;
  seconds: number;
}

/** Limits requests per address, or whatever the key names, over all replicas; while Redis is away, each replica by itself. Throws RATE_LIMITED. */
export function requestLimiter(redis: Redis, keyPrefix: string, limit: RequestLimit): (key: string) => Promise<void> {
  const bounds = { points: limit.requests, duration: limit.seconds };
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix,
    ...bounds,
    // What is over the limit is answered from memory, so that a flood does not reach Redis.
    inMemoryBlockOnConsumed: limit.requests + 1,
    insuranceLimiter: new RateLimiterMemory(bounds),
  });
  return async (key) => {
    try {
      await limiter.consume(key);
    } catch (refused) {
      if (refused instanceof RateLimiterRes) throw new CanopyError('RATE_LIMITED');
      throw refused;
    }
  };
}
