import { versionOf } from '@canopy/runtime/protocol';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Replica, ReplicaStore } from '../../app/edges/replicas.ts';
import { onRedis } from './connection.ts';

const stored = z.object({ metricsAddress: z.string(), protocol: z.number().optional(), untilMs: z.number() });

type Stored = z.infer<typeof stored> & { id: string };

/** How long one that did not withdraw is missed: as long as an alert asks whether a node was there before. */
const missedForMs = 6 * 3_600_000;

/** Replicas in Redis: one hash, by id. Those that did not withdraw are missed when their time is over, and taken out at last by whoever sees that. */
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
    const now = this.#now();
    return (await this.#all()).filter(({ untilMs }) => untilMs >= now).map(replicaOf);
  }

  async missed(): Promise<readonly Replica[]> {
    const now = this.#now();
    return (await this.#all()).filter(({ untilMs }) => untilMs < now).map(replicaOf);
  }

  async #all(): Promise<Stored[]> {
    const fields = Object.entries(await onRedis(() => this.#redis.hgetall(this.#key)));
    const all = fields.map(([id, json]) => ({ id, ...stored.parse(JSON.parse(json)) }));
    const since = this.#now() - missedForMs;
    const isForgotten = ({ untilMs }: Stored) => untilMs < since;
    await Promise.all(all.filter(isForgotten).map(({ id }) => this.withdraw(id)));
    return all.filter((one) => !isForgotten(one));
  }
}

function replicaOf({ id, metricsAddress, protocol }: Stored): Replica {
  return { id, metricsAddress, protocol: versionOf(protocol) };
}
