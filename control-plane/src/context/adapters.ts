import { setTimeout as delay } from 'node:timers/promises';
import { GeoLocator } from '@canopy/geo/locator';
import { Certificates } from '@canopy/runtime/certificates';
import type { Clock } from '@canopy/runtime/clock';
import { clientCredentials } from '@canopy/runtime/grpc';
import type { Logger } from '@canopy/runtime/logger';
import { requireIdentity } from '@canopy/runtime/mesh-identity';
import type { Redis } from 'ioredis';
import type { Kysely } from 'kysely';
import { EdgeMediaClients } from '../adapters/edge/edge-media-client.ts';
import { NatsBus } from '../adapters/nats/bus.ts';
import { connectPostgres, serverVersion } from '../adapters/postgres/database.ts';
import type { Database } from '../adapters/postgres/schema.ts';
import { connectRedis } from '../adapters/redis/connection.ts';
import type { EdgeDirectory } from '../app/edges/edge-directory.ts';
import type { Config } from '../config.ts';
import { openMigrations } from '../migrations.ts';

/** The connections of a control plane. Whoever opened them closes them. */
export interface Adapters {
  db: Kysely<Database>;
  redis: Redis;
  bus: NatsBus;
  geo: Pick<GeoLocator, 'lookup'> & Partial<Pick<GeoLocator, 'builtAt'>>;
}

const retryEveryMs = 250;

/** Tries until it works or the time is over, for services that start at the same time as we do, or are busy. */
export async function withPatience<T>(what: string, timeoutMs: number, attempt: () => Promise<T>): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() + retryEveryMs >= until) throw new Error(`${what} cannot be reached`, { cause: error });
      await delay(retryEveryMs);
    }
  }
}

export async function openDatabase({ databaseUrl, timing }: Config, logger: Logger, owned: AsyncDisposableStack) {
  const db = connectPostgres({ url: databaseUrl, timeoutMs: timing.storeTimeoutMs, maxConnections: 10 }, logger);
  owned.defer(() => db.destroy());
  await withPatience('PostgreSQL', timing.startTimeoutMs, () => serverVersion(db));
  await using migrations = openMigrations(databaseUrl);
  const done = await migrations.up();
  if (done.length > 0) logger.info({ migrations: done }, 'the tables were brought up to date');
  return db;
}

export async function openRedis({ redisUrl, timing }: Config, logger: Logger, owned: AsyncDisposableStack) {
  const redis = connectRedis({ url: redisUrl, commandTimeoutMs: timing.storeTimeoutMs }, logger);
  owned.defer(() => redis.disconnect());
  const connect = async () => {
    if (redis.status === 'wait' || redis.status === 'end') await redis.connect();
    await redis.ping();
  };
  await withPatience('Redis', timing.startTimeoutMs, connect);
  return redis;
}

export async function openBus(config: Config, clock: Clock, logger: Logger, owned: AsyncDisposableStack) {
  const { natsUrl: url, namespace, replicaId, timing } = config;
  const options = { url, namespace, replicaId, connectTimeoutMs: timing.storeTimeoutMs };
  const bus = await withPatience('NATS', timing.startTimeoutMs, () => NatsBus.connect(options, clock, logger));
  return owned.use(bus);
}

export async function openGeo({ geo }: Config, clock: Clock, logger: Logger, owned: AsyncDisposableStack) {
  const { cityFiles, countryFiles, overridesFile } = geo;
  const locator = await GeoLocator.open({
    cityFiles,
    ...(countryFiles.length === 0 ? {} : { countryFiles }),
    ...(overridesFile === undefined ? {} : { overridesFile }),
    logger,
    clock,
  });
  return owned.use(locator);
}

/** What this replica shows to edges, and edges must show to it; undefined: gRPC is in the clear. */
export function openCertificates({ tls }: Config, clock: Clock, logger: Logger, owned: AsyncDisposableStack) {
  if (tls === undefined) return undefined;
  const certificates = new Certificates(tls, (own) => requireIdentity(own, { role: 'control-plane' }));
  owned.defer(certificates.follow(clock, logger));
  return certificates;
}

export function openEdges(
  { timing }: Config,
  certificates: Certificates | undefined,
  edges: Pick<EdgeDirectory, 'get' | 'mediaAddress'>,
  owned: AsyncDisposableStack,
): EdgeMediaClients {
  const credentials = clientCredentials(certificates);
  return owned.use(
    new EdgeMediaClients({
      credentials,
      callTimeoutMs: timing.edgeCallTimeoutMs,
      probeTimeoutMs: timing.edgeProbeTimeoutMs,
      addressOf: (edgeId) => edges.mediaAddress(edgeId),
      isDead: (edgeId) => edges.get(edgeId)?.status === 'dead',
    }),
  );
}
