import type { Redis } from 'ioredis';
import type { MovePace } from '../../app/edges/move-pace.ts';
import { onRedis } from './connection.ts';

/** Counts in Redis: one per edge and purpose, which begins with the first move and is forgotten at the end of its window. */
export function paceOnRedis(redis: Redis, namespace: string): MovePace {
  return {
    async allow(what, wanted, { most, windowMs }) {
      const key = `${namespace}:pace:${what}`;
      const asked = Math.min(wanted, most);
      const total = await onRedis(async () => {
        const taken = await redis.incrby(key, asked);
        if (taken === asked) await redis.pexpire(key, windowMs);
        return taken;
      });
      return Math.max(0, Math.min(asked, most - (total - asked)));
    },
  };
}
