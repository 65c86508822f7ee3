import { CanopyError } from '@canopy/runtime/errors';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

export interface AddressLimit {
  /** Requests of one address in `seconds`. */
  requests: number;
  seconds: number;
}

/** Limits requests per address over all replicas; while Redis is away, each replica by itself. Throws RATE_LIMITED. */
export function addressLimiter(
  redis: Redis,
  keyPrefix: string,
  limit: AddressLimit,
): (address: string) => Promise<void> {
  const bounds = { points: limit.requests, duration: limit.seconds };
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix,
    ...bounds,
    // What is over the limit is answered from memory, so that a flood does not reach Redis.
    inMemoryBlockOnConsumed: limit.requests + 1,
    insuranceLimiter: new RateLimiterMemory(bounds),
  });
  return async (address) => {
    try {
      await limiter.consume(address);
    } catch (refused) {
      if (refused instanceof RateLimiterRes) throw new CanopyError('RATE_LIMITED');
      throw refused;
    }
  };
}
