import type { Redis } from 'ioredis';
import { onRedis } from './connection.ts';

const rememberedMs = 5_000;

/** Tells the first replica that asks with a key from the others. */
export function firstOnRedis(redis: Redis, namespace: string): (key: string) => Promise<boolean> {
  return async (key) =>
    (await onRedis(() => redis.set(`${namespace}:first:${key}`, '1', 'PX', rememberedMs, 'NX'))) === 'OK';
}
