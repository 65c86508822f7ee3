import { openDataDir } from '../data-dir.ts';
import { Guard } from '../processes/guard.ts';
import { ManagedProcess, type ProcessSpec } from '../processes/managed-process.ts';
import { freePorts } from '../processes/ports.ts';
import { startAll, stopAll } from '../processes/start-all.ts';
import { execute } from './database.ts';
import { lodge } from './lodging.ts';
import { natsSpec } from './nats.ts';
import { createCluster, postgresSpec } from './postgres.ts';
import { redisSpec } from './redis.ts';

export interface ServiceOptions {
  /** Where they keep data and logs; without it, a temporary folder that goes when they stop. */
  dataDir?: string;
  /** Ends the start. */
  signal?: AbortSignal;
  /** URLs of services that run already (DATABASE_URL, REDIS_URL, NATS_URL); those are not started. */
  env?: Readonly<Record<string, string | undefined>>;
}

/** PostgreSQL, Redis and NATS. A service is undefined when it is reached at a URL and was not started here. */
export interface Services extends AsyncDisposable {
  databaseUrl: string;
  redisUrl: string;
  natsUrl: string;
  postgres: ManagedProcess | undefined;
  redis: ManagedProcess | undefined;
  nats: ManagedProcess | undefined;
  stop(): Promise<void>;
}

/**
 * Starts the services on free ports of 127.0.0.1. What is not installed is lodged on the servers that the URLs of this process's
 * environment lead to. Nothing of them stays behind, however this process ends, but what is lodged when it is killed.
 */
export async function startServices(options: ServiceOptions = {}): Promise<Services> {
  await using stack = new AsyncDisposableStack();
  const dataDir = stack.use(openDataDir(options.dataDir)).path;
  const guard = stack.use(new Guard());
  const services = stack.use(await startServicesUnder(guard, dataDir, options));
  const owned = stack.move();
  const stop = () => owned.disposeAsync();
  return { ...services, stop, [Symbol.asyncDispose]: stop };
}

/** The same for a caller that has a guard and a data folder of its own. */
export async function startServicesUnder(guard: Guard, dataDir: string, options: ServiceOptions): Promise<Services> {
  const [postgresPort = 0, redisPort = 0, natsPort = 0] = await freePorts(3);
  const manage = (spec: ProcessSpec) => new ManagedProcess(spec, guard);
  await using stack = new AsyncDisposableStack();
  const given = options.env ?? {};
  const env = { ...given, ...stack.use(await lodge(given, process.env)).urls };
  const cluster = env.DATABASE_URL ? undefined : stack.use(await createCluster(dataDir));
  const postgres = cluster && manage(postgresSpec(cluster, dataDir, postgresPort));
  const redis = env.REDIS_URL ? undefined : manage(redisSpec(dataDir, redisPort));
  const nats = env.NATS_URL ? undefined : manage(natsSpec(dataDir, natsPort));
  const processes = [postgres, redis, nats].filter((process) => process !== undefined);
  stack.defer(() => stopAll(processes));
  await startAll(processes, options.signal);
  const server = `postgres://canopy@127.0.0.1:${postgresPort}`;
  if (postgres !== undefined) await execute(`${server}/postgres`, 'CREATE DATABASE canopy');
  const owned = stack.move();
  const stop = () => owned.disposeAsync();
  return {
    databaseUrl: env.DATABASE_URL || `${server}/canopy`,
    redisUrl: env.REDIS_URL || `redis://127.0.0.1:${redisPort}`,
    natsUrl: env.NATS_URL || `nats://127.0.0.1:${natsPort}`,
    postgres,
    redis,
    nats,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
