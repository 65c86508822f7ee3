import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { LoggedEvent, MeshEventStore } from '../../app/edges/mesh-log.ts';
import { type MeshEvent, meshEventKinds } from '../../core/edges/mesh-event.ts';
import { planCauses } from '../../core/routing/plan-cause.ts';
import { onRedis } from './connection.ts';

/** The oldest go when there are more. */
const mostKept = 1_000;

/** What a newer version wrote and this one does not know is passed over: an event of another kind, or its cause alone. */
const stored = z.object({
  kind: z.enum(meshEventKinds),
  edgeId: z.string().optional(),
  meetingId: z.string().optional(),
  parentEdgeId: z.string().optional(),
  seamless: z.boolean().optional(),
  epoch: z.number().optional(),
  cause: z.enum(planCauses).optional().catch(undefined),
});

/** Events in one stream, each entry a field `event` with JSON. */
export class RedisMeshEvents implements MeshEventStore {
  readonly #redis: Redis;
  readonly #key: string;

  constructor(redis: Redis, namespace: string) {
    this.#redis = redis;
    this.#key = `${namespace}:mesh_events`;
  }

  async append(event: MeshEvent): Promise<void> {
    await onRedis(() => this.#redis.xadd(this.#key, 'MAXLEN', '~', mostKept, '*', 'event', JSON.stringify(event)));
  }

  async read(after: string | undefined, limit: number): Promise<readonly LoggedEvent[]> {
    if (after === undefined) {
      const latest = await onRedis(() => this.#redis.xrevrange(this.#key, '+', '-', 'COUNT', limit));
      return latest.reverse().flatMap(toEvent);
    }
    return (await onRedis(() => this.#redis.xrange(this.#key, `(${after}`, '+', 'COUNT', limit))).flatMap(toEvent);
  }
}

function toEvent([id, [, json = '']]: [id: string, fields: string[]]): LoggedEvent[] {
  const { data } = stored.safeParse(JSON.parse(json));
  return data === undefined ? [] : [{ ...data, id, at: Number(id.split('-')[0]) }];
}
