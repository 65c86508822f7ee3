import type { MeetingEvent, StreamPosition } from '@canopy/proto/signal';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { EventStream } from '../../app/session/meeting-state-store.ts';
import { onRedis } from './connection.ts';
import { MeetingScripts } from './meeting-scripts.ts';
import { readStream, streamReply } from './replies.ts';

/** Who missed more gets a snapshot. */
export const mostEventsReplayed = 1_000;

/** The events of meetings, in Redis streams. */
export class RedisEventStream implements EventStream {
  readonly #redis: Redis;
  readonly #scripts: MeetingScripts;

  constructor(redis: Redis, namespace: string) {
    this.#redis = redis;
    this.#scripts = new MeetingScripts(redis, namespace);
  }

  async positions(meetingIds: readonly string[]): Promise<readonly (StreamPosition | undefined)[]> {
    return await onRedis(() =>
      Promise.all(
        meetingIds.map(async (meetingId) => {
          const [generation, sequence] = await this.#redis.hmget(
            this.#scripts.keys(meetingId).state,
            'generation',
            'sequence',
          );
          return generation ? { generation, sequence: Number(sequence) } : undefined;
        }),
      ),
    );
  }

  async since(meetingId: string, position: StreamPosition): Promise<readonly MeetingEvent[] | undefined> {
    const reply = await this.#scripts.run('since', meetingId, [position.sequence, mostEventsReplayed]);
    const [generation, sequence, entries] = z.tuple([z.string(), z.number(), streamReply]).parse(reply);
    const isSame = position.generation === '' || generation === position.generation;
    if (!isSame || sequence < position.sequence) return undefined;
    const events = readStream(generation, entries);
    const complete = sequence === position.sequence || events[0]?.position?.sequence === position.sequence + 1;
    return complete ? events : undefined;
  }
}
