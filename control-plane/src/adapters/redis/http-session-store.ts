import type { Redis } from 'ioredis';
import type { HttpSessionRecord, HttpSessionStore } from '../../app/http-sessions/ports.ts';
import { onRedis } from './connection.ts';

/** A record is forgotten when no replica has kept it for so long. */
const lapsesAfterMs = 60_000;

/** Stands where a record was, so that a replica that has not heard of its end yet does not put it again. */
const removed = '';

/** Records of sessions by WHIP and WHEP, each under a key of its own. */
export class RedisHttpSessionStore implements HttpSessionStore {
  readonly #redis: Redis;
  readonly #namespace: string;

  constructor(redis: Redis, namespace: string) {
    this.#redis = redis;
    this.#namespace = namespace;
  }

  async put(id: string, record: HttpSessionRecord): Promise<void> {
    await onRedis(() => this.#redis.set(this.#key(id), JSON.stringify(record), 'PX', lapsesAfterMs));
  }

  async get(id: string): Promise<HttpSessionRecord | undefined> {
    const text = await onRedis(() => this.#redis.get(this.#key(id)));
    return text === null || text === removed ? undefined : JSON.parse(text);
  }

  async keep(records: ReadonlyMap<string, HttpSessionRecord>): Promise<void> {
    await onRedis(() => Promise.all([...records].map(([id, record]) => this.#keep(id, record))));
  }

  async remove(id: string): Promise<void> {
    await onRedis(() => this.#redis.set(this.#key(id), removed, 'PX', lapsesAfterMs));
  }

  async #keep(id: string, record: HttpSessionRecord): Promise<void> {
    if ((await this.#redis.pexpire(this.#key(id), lapsesAfterMs)) === 1) return;
    await this.#redis.set(this.#key(id), JSON.stringify(record), 'PX', lapsesAfterMs, 'NX');
  }

  #key(id: string): string {
    return `${this.#namespace}:http_session:${id}`;
  }
}
