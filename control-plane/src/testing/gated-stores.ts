import { randomUUID } from 'node:crypto';
import { silentLogger } from '@canopy/runtime/logger';
import type { Redis } from 'ioredis';
import { connectRedis } from '../adapters/redis/connection.ts';
import { RedisMeetingStore } from '../adapters/redis/meeting-store.ts';
import { Gate } from './gate.ts';

const minuteMs = 60_000;
/** Nothing is too late for tests, unless they say so. */
const patient = {
  storeTimeoutMs: minuteMs,
  presenceLeaseMs: minuteMs,
  graceMs: minuteMs,
  claimMs: minuteMs,
  sweepEveryMs: minuteMs,
  sweepLapseMs: minuteMs,
};

/** A store over Redis, and another one of the same meetings whose way there can be stopped. What they stored goes with them. */
export class GatedStores implements AsyncDisposable {
  readonly namespace: string;
  readonly redis: Redis;
  readonly store: RedisMeetingStore;
  readonly gate: Gate;
  /** Through the gate. */
  readonly stalling: Redis;
  /** Through the gate. */
  readonly stalled: RedisMeetingStore;
  readonly #owned: AsyncDisposableStack;

  /** @param storeTimeoutMs of what goes through the gate */
  static async open(redisUrl: string, storeTimeoutMs = minuteMs): Promise<GatedStores> {
    await using owned = new AsyncDisposableStack();
    const connected = async (url: string, commandTimeoutMs: number) => {
      const redis = connectRedis({ url, commandTimeoutMs }, silentLogger);
      owned.defer(() => redis.disconnect());
      await redis.connect();
      return redis;
    };
    const { gate, url } = await Gate.before(redisUrl);
    owned.use(gate);
    const stalling = await connected(url, storeTimeoutMs);
    const redis = await connected(redisUrl, minuteMs);
    return new GatedStores(redis, gate, stalling, storeTimeoutMs, owned.move());
  }

  private constructor(redis: Redis, gate: Gate, stalling: Redis, storeTimeoutMs: number, owned: AsyncDisposableStack) {
    this.namespace = `stores-${randomUUID()}`;
    this.redis = redis;
    this.gate = gate;
    this.stalling = stalling;
    this.#owned = owned;
    const options = { ...patient, namespace: this.namespace };
    this.store = new RedisMeetingStore(redis, options);
    this.stalled = new RedisMeetingStore(stalling, { ...options, storeTimeoutMs });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const keys = await this.redis.keys(`${this.namespace}:*`);
    if (keys.length > 0) await this.redis.del(keys);
    await this.#owned.disposeAsync();
  }
}
