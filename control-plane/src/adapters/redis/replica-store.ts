import { versionOf } from '@canopy/runtime/protocol';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Replica, ReplicaStore } from '../../app/edges/replicas.ts';
import { onRedis } from './connection.ts';

const stored = z.object({ metricsAddress: z.string(), protocol: z.number().optional(), untilMs: z.number() });

/** Replicas in Redis: one hash, by id. Those that did not withdraw are left out when their time is over, and taken out by whoever sees that. */
export class RedisReplicaStore implements ReplicaStore {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #now: () => number;

  constructor(redis: Redis, namespace: string, now: () => number) {
    this.#redis = redis;
    this.#key = `${namespace}:replicas`;
    this.#now = now;
  }

  async announce({ id, metricsAddress, protocol }: Replica, forMs: number): Promise<void> {
    const document = JSON.stringify({ metricsAddress, protocol, untilMs: this.#now() + forMs });
    await onRedis(() => this.#redis.hset(this.#key, id, document));
  }

  async withdraw(replicaId: string): Promise<void> {
    await onRedis(() => this.#redis.hdel(this.#key, replicaId));
  }

  async list(): Promise<readonly Replica[]> {
    const all = Object.entries(await onRedis(() => this.#redis.hgetall(this.#key)));
    const known = all.map(([id, json]) => ({ id, ...stored.parse(JSON.parse(json)) }));
    const isOver = ({ untilMs }: { untilMs: number }) => untilMs < this.#now();
    await Promise.all(known.filter(isOver).map(({ id }) => this.withdraw(id)));
    const present = known.filter((one) => !isOver(one));
    return present.map(({ id, metricsAddress, protocol }) => ({ id, metricsAddress, protocol: versionOf(protocol) }));
  }
}
