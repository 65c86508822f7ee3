import type { Redis } from 'ioredis';
import type { MovePace } from '../../app/edges/move-pace.ts';
import { onRedis } from './connection.ts';

/** Counts in Redis: one per edge and purpose, which begins with the first move and is forgotten at the end of its window. */
export function paceOnRedis(redis: Redis, namespace: string): MovePace {
  return {
    async allow(what, wanted, { most, windowMs }) {
      const key = `${namespace}:pace:${what}`;
      const asked = Math.min(wanted, most);
      const counted = await onRedis(() =>
        // In one, and whoever counted before: no counter is left without an end.
        redis.multi().incrby(key, asked).pexpire(key, windowMs, 'NX').exec(),
      );
      const total = Number(counted?.[0]?.[1] ?? most + asked);
      return Math.max(0, Math.min(asked, most - (total - asked)));
    },
  };
}
