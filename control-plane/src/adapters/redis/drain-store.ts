import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Drain, DrainStore } from '../../app/edges/draining.ts';
import { onRedis } from './connection.ts';
import { runScript } from './scripts.ts';

const storedDrain = z.object({ ordered: z.boolean(), startedAt: z.number() });

/** Drains in Redis: a hash of edges that are emptied, and one of how many participants were moved off each. */
export class RedisDrainStore implements DrainStore {
  readonly #redis: Redis;
  readonly #namespace: string;

  constructor(redis: Redis, namespace: string) {
    this.#redis = redis;
    this.#namespace = namespace;
  }

  async list(): Promise<readonly Drain[]> {
    const [drains, moved] = await onRedis(() =>
      Promise.all([this.#redis.hgetall(this.#key('drains')), this.#redis.hgetall(this.#key('drained_sessions'))]),
    );
    return Object.entries(drains).map(([edgeId, json]) => ({
      edgeId,
      ...storedDrain.parse(JSON.parse(json)),
      movedSessions: Number(moved[edgeId] ?? 0),
    }));
  }

  async begin({ edgeId, ordered, startedAt }: Drain): Promise<void> {
    const key = this.#key('drains');
    const isNew = await onRedis(() => this.#redis.hsetnx(key, edgeId, JSON.stringify({ ordered, startedAt })));
    if (isNew === 1 || !ordered) return;
    const known = (await this.list()).find((drain) => drain.edgeId === edgeId);
    const document = JSON.stringify({ ordered, startedAt: known?.startedAt ?? startedAt });
    await onRedis(() => this.#redis.hset(key, edgeId, document));
  }

  async end(edgeId: string): Promise<void> {
    await onRedis(() =>
      Promise.all([
        this.#redis.hdel(this.#key('drains'), edgeId),
        this.#redis.hdel(this.#key('drained_sessions'), edgeId),
      ]),
    );
  }

  async endOwn(edgeId: string): Promise<void> {
    const keys = { drains: this.#key('drains'), moved: this.#key('drained_sessions') };
    await runScript(this.#redis, 'end_own_drain', keys, [edgeId]);
  }

  async moved(edgeId: string): Promise<void> {
    await onRedis(() => this.#redis.hincrby(this.#key('drained_sessions'), edgeId, 1));
  }

  #key(name: string): string {
    return `${this.#namespace}:${name}`;
  }
}
