import { EdgeHeartbeat } from '@canopy/proto/bus';
import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import type { Redis } from 'ioredis';
import { onRedis } from './connection.ts';

/** How often an edge's heartbeat is written, and how long it is of use to a replica that starts. */
const writeEveryMs = 2_000;
const freshForMs = 10_000;

/** Heartbeats in Redis, for replicas that start: they know the edges before they hear them. */
export class RedisEdgeMemory {
  readonly #redis: Redis;
  readonly #namespace: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #written = new Map<string, { bootId: string; at: number }>();

  constructor(redis: Redis, namespace: string, clock: Clock, logger: Logger) {
    this.#redis = redis;
    this.#namespace = namespace;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Heartbeats of the last seconds. Edges without one are left out from now on, until they are heard again. Errors: STATE_UNAVAILABLE. */
  async recall(): Promise<EdgeHeartbeat[]> {
    const ids = await onRedis(() => this.#redis.smembers(this.#key()));
    if (ids.length === 0) return [];
    const stored = await onRedis(() => this.#redis.mgetBuffer(ids.map((id) => this.#key(id))));
    const gone = ids.filter((_, index) => stored[index] === null);
    if (gone.length > 0) await onRedis(() => this.#redis.srem(this.#key(), gone));
    return stored.flatMap((bytes) => (bytes === null ? [] : [EdgeHeartbeat.decode(bytes)]));
  }

  /** The edge is gone for good. */
  forget(edgeId: string): void {
    this.#written.delete(edgeId);
    onRedis(() => this.#redis.srem(this.#key(), edgeId)).catch((error: unknown) =>
      this.#logger.debug({ err: error, edgeId }, 'an edge was not forgotten'),
    );
  }

  remember(heartbeat: EdgeHeartbeat): void {
    const { edgeId, bootId } = heartbeat;
    const now = this.#clock.now();
    const written = this.#written.get(edgeId);
    if (written?.bootId === bootId && now - written.at < writeEveryMs) return;
    this.#written.set(edgeId, { bootId, at: now });
    const bytes = Buffer.from(EdgeHeartbeat.encode(heartbeat).finish());
    onRedis(() =>
      this.#redis.multi().set(this.#key(edgeId), bytes, 'PX', freshForMs).sadd(this.#key(), edgeId).exec(),
    ).catch((error: unknown) => this.#logger.debug({ err: error, edgeId }, 'a heartbeat was not written'));
  }

  #key(edgeId?: string): string {
    return edgeId === undefined ? `${this.#namespace}:edges` : `${this.#namespace}:edge:${edgeId}`;
  }
}
