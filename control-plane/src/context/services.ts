import { sql } from 'kysely';
import { serverVersion } from '../adapters/postgres/database.ts';
import { PostgresKeptSecrets } from '../adapters/postgres/kept-secrets.ts';
import { migrationStates } from '../adapters/postgres/migrate.ts';
import { redisVersion } from '../adapters/redis/connection.ts';
import type { ServiceAnswer, ServiceProbes } from '../app/health/health.ts';
import type { Readiness } from '../http/http-deps.ts';
import type { Adapters } from './adapters.ts';
import type { Foundation } from './foundation.ts';

/**
 * Ready means: this replica can use its database. Redis and NATS are shared by all replicas, so being without them says
 * nothing about this one: were it unready then, the whole fleet would be, and clients would get no coded answer at all.
 */
export async function readiness(adapters: Adapters): Promise<Readiness> {
  const answers = answersOf(adapters);
  const [database, redis, bus] = await Promise.all([answers.database(), answers.redis(), answers.bus()]);
  return { ready: database, database, redis, bus };
}

/** Asks each of the services whether it is there. */
export function answersOf({ db, redis, bus }: Adapters) {
  const answers = (work: PromiseLike<unknown>) =>
    Promise.resolve(work).then(
      () => true,
      () => false,
    );
  return {
    database: () => answers(sql`SELECT 1`.execute(db)),
    redis: () => answers(redis.ping()),
    bus: async () => bus.hearing().connected,
  };
}

/** Asks each of the services what it is, and how long that takes. */
export function probesOf({ db, redis, bus, sealer }: Foundation): ServiceProbes {
  return {
    postgresql: () => timed(() => serverVersion(db)),
    redis: () => timed(() => redisVersion(redis)),
    nats: () => timed(() => bus.serverVersion()),
    migrations: () => migrationStates(db),
    secrets: () => new PostgresKeptSecrets(db, sealer).look(),
  };
}

async function timed(askVersion: () => Promise<string>): Promise<ServiceAnswer> {
  const askedAt = performance.now();
  const version = await askVersion();
  return { version, roundTripMs: performance.now() - askedAt };
}
