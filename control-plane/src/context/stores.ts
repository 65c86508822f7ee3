import { PostgresAccountRecords } from '../adapters/postgres/account-records.ts';
import { PostgresApiKeys } from '../adapters/postgres/api-keys.ts';
import { PostgresBans } from '../adapters/postgres/bans.ts';
import { PostgresBreakoutRecords } from '../adapters/postgres/breakout-records.ts';
import { PostgresMeetingRecords } from '../adapters/postgres/meeting-records.ts';
import { PostgresRegistrationRecords } from '../adapters/postgres/registration-records.ts';
import { PostgresScheduleRecords } from '../adapters/postgres/schedule-records.ts';
import { RedisEventStream } from '../adapters/redis/event-stream.ts';
import { doneOnRedis, firstOnRedis } from '../adapters/redis/first.ts';
import { RedisLobbyStore } from '../adapters/redis/lobby-store.ts';
import { RedisMeetingStore } from '../adapters/redis/meeting-store.ts';
import { RedisPlanStore } from '../adapters/redis/plan-store.ts';
import { RedisWarmEdges } from '../adapters/redis/warm-edges.ts';
import type { Foundation } from './foundation.ts';

export type Stores = ReturnType<typeof createStores>;

/** What is kept in PostgreSQL and Redis for more than one kind of use case. */
export function createStores({ config, db, redis, sealer }: Foundation) {
  const { namespace, timing, mostListed } = config;
  return {
    store: new RedisMeetingStore(redis, { namespace, mostListed, ...timing }),
    stream: new RedisEventStream(redis, namespace),
    warm: new RedisWarmEdges(redis, namespace),
    plans: new RedisPlanStore(redis, namespace),
    lobbies: new RedisLobbyStore(redis, namespace),
    records: new PostgresMeetingRecords(db),
    keys: new PostgresApiKeys(db, sealer),
    users: new PostgresAccountRecords(db),
    bans: new PostgresBans(db),
    registrationRecords: new PostgresRegistrationRecords(db),
    scheduleRecords: new PostgresScheduleRecords(db),
    breakoutRecords: new PostgresBreakoutRecords(db),
    isFirst: firstOnRedis(redis, namespace),
    done: doneOnRedis(redis, namespace),
  };
}
