import type { Redis } from 'ioredis';
import { onRedis } from './connection.ts';

/** What is asked by those who hear of the same thing at the same time. */
const rememberedMs = 5_000;

/** Tells the first replica that asks with a key within `forMs` from the others. Errors: STATE_UNAVAILABLE. */
export function firstOnRedis(redis: Redis, namespace: string): (key: string, forMs?: number) => Promise<boolean> {
  return async (key, forMs = rememberedMs) =>
    (await onRedis(() => redis.set(keyOf(namespace, key), '1', 'PX', forMs, 'NX'))) === 'OK';
}

/** Has nobody be the first with a key for `forMs`: what it stands for is done. Errors: STATE_UNAVAILABLE. */
export function doneOnRedis(redis: Redis, namespace: string): (key: string, forMs: number) => Promise<void> {
  return async (key, forMs) => void (await onRedis(() => redis.set(keyOf(namespace, key), '1', 'PX', forMs)));
}

function keyOf(namespace: string, key: string): string {
  return `${namespace}:first:${key}`;
}
