import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { WarmEdges, Warmth } from '../../app/meetings/warm-edges.ts';
import { edgesOfSeats } from '../../core/placement/warmth.ts';
import { onRedis } from './connection.ts';
import { warmMeetingsKey } from './keys.ts';
import { MeetingScripts } from './meeting-scripts.ts';

const numbers = z.record(z.string(), z.number());
const warmthDocument = z.object({ audience: numbers, seats: z.record(z.string(), numbers) });

/**
 * What is prepared, in Redis: per meeting a set of the edges and a document of whom they are there for, which expire, and one
 * set of the meetings that have any.
 */
export class RedisWarmEdges implements WarmEdges {
  readonly #redis: Redis;
  readonly #namespace: string;
  readonly #scripts: MeetingScripts;

  constructor(redis: Redis, namespace: string) {
    this.#redis = redis;
    this.#namespace = namespace;
    this.#scripts = new MeetingScripts(redis, namespace);
  }

  async keepWarm(meetingId: string, warmth: Warmth, forMs: number): Promise<void> {
    const announced = Object.keys(warmth.audience).length > 0;
    const document = announced ? documentOf(warmth) : '';
    await this.#scripts.run('keep_warm', meetingId, [forMs, document, ...edgesOfSeats(warmth.seats)]);
    const key = warmMeetingsKey(this.#namespace);
    await onRedis(() => (announced ? this.#redis.sadd(key, meetingId) : this.#redis.srem(key, meetingId)));
  }

  async find(meetingId: string): Promise<Warmth | undefined> {
    const json = await onRedis(() => this.#redis.get(this.#scripts.keys(meetingId).warmth));
    return json === null ? undefined : warmthDocument.parse(JSON.parse(json));
  }

  async replace(meetingId: string, before: Warmth, after: Warmth): Promise<boolean> {
    const args = [documentOf(before), documentOf(after), ...edgesOfSeats(after.seats)];
    return (await this.#scripts.run('replace_warm', meetingId, args)) === 1;
  }

  async warmMeetings(): Promise<readonly string[]> {
    const key = warmMeetingsKey(this.#namespace);
    const known = await onRedis(() => this.#redis.smembers(key));
    const kept = await onRedis(() =>
      Promise.all(
        known.map((id) => {
          const { warm, warmth } = this.#scripts.keys(id);
          return this.#redis.exists(warm, warmth);
        }),
      ),
    );
    const over = known.filter((_, index) => kept[index] === 0);
    if (over.length > 0) await onRedis(() => this.#redis.srem(key, ...over));
    return known.filter((_, index) => kept[index] !== 0);
  }
}

/** The same text for the same content: by it is told whether somebody changed it meanwhile. */
function documentOf({ audience, seats }: Warmth): string {
  return JSON.stringify({ audience, seats });
}
