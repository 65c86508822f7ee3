import type { Redis } from 'ioredis';
import type { WarmEdges } from '../../app/meetings/warming.ts';
import { onRedis } from './connection.ts';
import { warmMeetingsKey } from './keys.ts';
import { MeetingScripts } from './meeting-scripts.ts';

/** The edges that are prepared, in Redis: a set per meeting that expires, and one of the meetings that have any. */
export class RedisWarmEdges implements WarmEdges {
  readonly #redis: Redis;
  readonly #namespace: string;
  readonly #scripts: MeetingScripts;

  constructor(redis: Redis, namespace: string) {
    this.#redis = redis;
    this.#namespace = namespace;
    this.#scripts = new MeetingScripts(redis, namespace);
  }

  async keepWarm(meetingId: string, edgeIds: readonly string[], forMs: number): Promise<void> {
    await this.#scripts.run('keep_warm', meetingId, [forMs, ...edgeIds]);
    const key = warmMeetingsKey(this.#namespace);
    await onRedis(() => (edgeIds.length > 0 ? this.#redis.sadd(key, meetingId) : this.#redis.srem(key, meetingId)));
  }

  async warmMeetings(): Promise<readonly string[]> {
    const key = warmMeetingsKey(this.#namespace);
    const known = await onRedis(() => this.#redis.smembers(key));
    const warm = await onRedis(() => Promise.all(known.map((id) => this.#redis.exists(this.#scripts.keys(id).warm))));
    const over = known.filter((_, index) => warm[index] === 0);
    if (over.length > 0) await onRedis(() => this.#redis.srem(key, ...over));
    return known.filter((_, index) => warm[index] === 1);
  }
}
