import { randomUUID } from 'node:crypto';
import { silentLogger } from '@canopy/runtime/logger';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { vi } from 'vitest';
import { z } from 'zod';
import { type Config, defaultTiming, type Timing } from '../config.ts';
import { type ControlPlane, type Overrides, startControlPlane } from '../context.ts';
import { mostListed } from '../core/meeting/state.ts';
import { defaultFanOut } from '../core/planning/types.ts';
import { defaultSignalLimits } from '../ws/limits.ts';
import { call, testApiKey } from './api.ts';
import { FakeEdge } from './fake-edge.ts';
import { Gate } from './gate.ts';
import { sealingKeys } from './sealing-keys.ts';
import { SignalClient } from './signal-client.ts';

export interface TestMeshOptions {
  timing?: Partial<Timing>;
  config?: Partial<Config>;
  overrides?: Overrides;
  /** Put gates in front of the services that replicas use; edges and tests use them directly. */
  gated?: boolean;
}

/** Gates in front of what replicas use. */
export interface Gates {
  database: Gate;
  redis: Gate;
  bus: Gate;
}

/** A busy machine may stand still for seconds: nothing is too late for that, unless a test says so. */
const patient = {
  storeTimeoutMs: 10_000,
  edgeCallTimeoutMs: 10_000,
  joins: { ...defaultTiming.joins, patienceMs: 60_000 },
};
const patientSignalLimits = { ...defaultSignalLimits, helloTimeoutMs: 30_000 };

const meshBody = z.object({ edges: z.array(z.object({ id: z.string(), state: z.string() })) });

/** Control planes, fake edges and clients on real services, in a database and a namespace of their own. */
export class TestMesh implements AsyncDisposable {
  readonly config: Config;
  readonly #options: TestMeshOptions;
  readonly #owned = new AsyncDisposableStack();
  #gates: Gates | undefined;
  #throughGates: Partial<Config> = {};

  private constructor(config: Config, options: TestMeshOptions) {
    this.config = config;
    this.#options = options;
  }

  static async create(options: TestMeshOptions = {}): Promise<TestMesh> {
    const name = `cp_${randomUUID().replaceAll('-', '')}`;
    const databaseUrl = new URL(required('DATABASE_URL'));
    await withDatabase(databaseUrl, (client) => client.query(`CREATE DATABASE ${name}`));
    const config: Config = {
      replicaId: 'set-per-replica',
      httpListen: '127.0.0.1:0',
      grpcListen: '127.0.0.1:0',
      tls: undefined,
      webRoot: undefined,
      recordings: undefined,
      recordingsKeptForMs: undefined,
      trustedProxies: [],
      allowedOrigins: [],
      openAccess: false,
      publicUrl: undefined,
      signUp: true,
      oidc: undefined,
      webhooksToPrivateAddresses: true,
      trustClientLocation: true,
      apiKey: testApiKey,
      sealingKeys: sealingKeys('tests'),
      maxFanOut: defaultFanOut,
      maxSocketsPerAddress: 5_000,
      metricsAddress: undefined,
      geo: { cityFiles: [], countryFiles: [], overridesFile: undefined },
      namespace: name,
      databaseUrl: Object.assign(new URL(databaseUrl), { pathname: `/${name}` }).href,
      redisUrl: required('REDIS_URL'),
      natsUrl: required('NATS_URL'),
      logLevel: 'silent',
      mostListed,
      timing: { ...defaultTiming, ...patient, ...options.timing },
      ...options.config,
    };
    const mesh = new TestMesh(config, options);
    mesh.#owned.defer(async () => {
      await withDatabase(databaseUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    });
    if (options.gated === true) await mesh.#putGates();
    return mesh;
  }

  get gates(): Gates {
    if (this.#gates === undefined) throw new Error('this mesh has no gates');
    return this.#gates;
  }

  /** Everything this mesh has in Redis is gone, as if Redis had started anew. */
  async emptyRedis(): Promise<void> {
    const redis = this.redis();
    const keys = await redis.keys(`${this.config.namespace}:*`);
    if (keys.length > 0) await redis.del(...keys);
  }

  /** Returns what makes Redis go back to what it is now. */
  async rememberRedis(): Promise<() => Promise<void>> {
    const redis = this.redis();
    const keys = await redis.keys(`${this.config.namespace}:*`);
    const values = await Promise.all(keys.map(async (key) => ({ key, dump: await redis.dumpBuffer(key) })));
    return async () => {
      const restoring = redis.multi().del(await redis.keys(`${this.config.namespace}:*`));
      for (const { key, dump } of values) if (dump !== null) restoring.restore(key, 0, dump);
      await restoring.exec();
    };
  }

  /** One more control plane; `config` differs from that of the others. */
  async replica(overrides: Overrides = {}, config: Partial<Config> = {}): Promise<ControlPlane> {
    const given = {
      logger: silentLogger,
      geo: { lookup: () => ({ source: 'none' as const }) },
      signalLimits: patientSignalLimits,
    };
    return this.#owned.use(
      await startControlPlane(
        { ...this.config, ...this.#throughGates, replicaId: randomUUID(), ...config },
        { ...given, ...this.#options.overrides, ...overrides },
      ),
    );
  }

  async edge(id: string, region: string): Promise<FakeEdge> {
    const { natsUrl, namespace } = this.config;
    return this.#owned.use(await FakeEdge.start({ id, region, natsUrl, namespace }));
  }

  /** Waits until these replicas take these edges for alive. */
  async untilHeard(replicas: readonly ControlPlane[], edgeIds: readonly string[]): Promise<void> {
    for (const { httpAddress } of replicas) {
      await vi.waitFor(async () => {
        const { body } = await call(httpAddress, 'GET', '/v1/mesh');
        const { edges } = meshBody.parse(body);
        const ready = edges.filter(({ state }) => state === 'ready').map(({ id }) => id);
        if (!edgeIds.every((id) => ready.includes(id))) throw new Error(`not heard yet: ${edgeIds.join()}`);
      }, 20_000);
    }
  }

  /** A connection of the test's own to look at, or change, what is in Redis. */
  redis(): Redis {
    const redis = new Redis(this.config.redisUrl);
    this.#owned.defer(() => redis.disconnect());
    return redis;
  }

  /** The rows of one statement in the database, past all replicas. */
  async query(statement: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    const { rows } = await withDatabase(new URL(this.config.databaseUrl), (client) => client.query(statement, values));
    return rows;
  }

  async client(replica: ControlPlane, headers?: Record<string, string>): Promise<SignalClient> {
    const client = await SignalClient.open(replica.httpAddress, headers);
    this.#owned.defer(() => client.cut());
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }

  async #putGates(): Promise<void> {
    const put = async (url: string) => {
      const passage = await Gate.before(url);
      this.#owned.use(passage.gate);
      return passage;
    };
    const database = await put(this.config.databaseUrl);
    const redis = await put(this.config.redisUrl);
    const bus = await put(this.config.natsUrl);
    this.#gates = { database: database.gate, redis: redis.gate, bus: bus.gate };
    this.#throughGates = { databaseUrl: database.url, redisUrl: redis.url, natsUrl: bus.url };
  }
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: these tests use real services`);
  return value;
}

async function withDatabase<T>(url: URL, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
