import { versionOf } from '@canopy/runtime/protocol';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Replica, ReplicaStore } from '../../app/edges/replicas.ts';
import { onRedis, redisNow } from './connection.ts';

const stored = z.object({ metricsAddress: z.string(), protocol: z.number().optional(), untilMs: z.number() });

type Stored = z.infer<typeof stored> & { id: string };

/** How long one that did not withdraw is missed: as long as an alert asks whether a node was there before. */
const missedForMs = 6 * 3_600_000;

/** Replicas in Redis: one hash, by id, until when by Redis' clock. Those that did not withdraw are missed when their time is over, and taken out at last by whoever sees that. */
export class RedisReplicaStore implements ReplicaStore {
  readonly #redis: Redis;
  readonly #key: string;

  constructor(redis: Redis, namespace: string) {
    this.#redis = redis;
    this.#key = `${namespace}:replicas`;
  }

  async announce({ id, metricsAddress, protocol }: Replica, forMs: number): Promise<void> {
    const document = JSON.stringify({ metricsAddress, protocol, untilMs: (await redisNow(this.#redis)) + forMs });
    await onRedis(() => this.#redis.hset(this.#key, id, document));
  }

  async withdraw(replicaId: string): Promise<void> {
    await onRedis(() => this.#redis.hdel(this.#key, replicaId));
  }

  async list(): Promise<readonly Replica[]> {
    const { all, now } = await this.#all();
    return all.filter(({ untilMs }) => untilMs >= now).map(replicaOf);
  }

  async missed(): Promise<readonly Replica[]> {
    const { all, now } = await this.#all();
    return all.filter(({ untilMs }) => untilMs < now).map(replicaOf);
  }

  async #all(): Promise<{ all: Stored[]; now: number }> {
    const [now, fields] = await Promise.all([redisNow(this.#redis), onRedis(() => this.#redis.hgetall(this.#key))]);
    const all = Object.entries(fields).map(([id, json]) => ({ id, ...stored.parse(JSON.parse(json)) }));
    const isForgotten = ({ untilMs }: Stored) => untilMs < now - missedForMs;
    await Promise.all(all.filter(isForgotten).map(({ id }) => this.withdraw(id)));
    return { all: all.filter((one) => !isForgotten(one)), now };
  }
}

function replicaOf({ id, metricsAddress, protocol }: Stored): Replica {
  return { id, metricsAddress, protocol: versionOf(protocol) };
}
