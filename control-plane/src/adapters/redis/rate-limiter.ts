import { CanopyError } from '@canopy/runtime/errors';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { AttemptLimiter, Limiter } from '../../app/access/ports.ts';

export interface RequestLimit {
  /** Requests of one address, or of one participant, in `seconds`. */
  requests: number;
  seconds: number;
}

/** Limits requests per address, or whatever the key names, over all replicas; while Redis is away, each replica by itself. Throws RATE_LIMITED. */
export function requestLimiter(redis: Redis, keyPrefix: string, limit: RequestLimit): Limiter {
  // What is over the limit is answered from memory, so that a flood does not reach Redis.
  const limiter = limiterOf(redis, keyPrefix, limit, { inMemoryBlockOnConsumed: limit.requests + 1 });
  return async (key) => {
    try {
      await limiter.consume(key);
    } catch (refused) {
      throw toRefusal(refused);
    }
  };
}

/** The same for tries that only count if they fail. What is answered from memory could not be given back. */
export function attemptLimiter(redis: Redis, keyPrefix: string, limit: RequestLimit): AttemptLimiter {
  const limiter = limiterOf(redis, keyPrefix, limit);
  const giveBack = async (key: string) => void (await limiter.reward(key));
  return async (key) => {
    try {
      await limiter.consume(key);
    } catch (refused) {
      // Nothing was tried.
      if (refused instanceof RateLimiterRes) await giveBack(key);
      throw toRefusal(refused);
    }
    return () => giveBack(key);
  };
}

function limiterOf(redis: Redis, keyPrefix: string, limit: RequestLimit, more?: { inMemoryBlockOnConsumed: number }) {
  const bounds = { points: limit.requests, duration: limit.seconds };
  const insuranceLimiter = new RateLimiterMemory(bounds);
  return new RateLimiterRedis({ storeClient: redis, keyPrefix, ...bounds, ...more, insuranceLimiter });
}

function toRefusal(refused: unknown): unknown {
  if (!(refused instanceof RateLimiterRes)) return refused;
  return new CanopyError('RATE_LIMITED', undefined, { retryAfterMs: refused.msBeforeNext });
}
