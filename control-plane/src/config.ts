import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { booleanSetting, ConfigError, integerSetting, listSetting, readEnv } from '@canopy/runtime/env';
import type { TlsFiles } from '@canopy/runtime/grpc';
import { tlsFilesOf } from '@canopy/runtime/grpc-settings';
import type { LogLevel } from '@canopy/runtime/logger';
import { type S3Location, storeSetting } from '@canopy/storage/location';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import type { SealingKeys } from './adapters/crypto/sealer.ts';
import type { TurnstileLimits } from './app/session/turnstile.ts';
import type { LostLinkLimits } from './core/edges/lost-link.ts';
import type { QuarantineLimits } from './core/edges/quarantine.ts';
import { mostListed } from './core/meeting/state.ts';
import { defaultRebalancePolicy, type RebalancePolicy } from './core/placement/rebalance.ts';
import { defaultFanOut } from './core/planning/types.ts';
import { retentionSetting } from './retention-setting.ts';
import { sealingKeysSetting } from './sealing-setting.ts';

const listenAddress = z.string().regex(/^(\[[\da-fA-F:]+\]|[^\s:]+):\d{1,5}$/, 'not host:port');
const cidr = z.string().refine((text) => ipaddr.isValidCIDR(text) || ipaddr.isValid(text), 'not an address or CIDR');
/** A whole company may sit behind one address. */
const defaultSocketsPerAddress = 5_000;

const envSchema = z.object({
  CONTROL_REPLICA_ID: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  CONTROL_HTTP_LISTEN: listenAddress.default('127.0.0.1:8080'),
  CONTROL_METRICS_ADDRESS: listenAddress.optional(),
  CONTROL_GRPC_LISTEN: listenAddress.default('127.0.0.1:8081'),
  CONTROL_GRPC_INSECURE: booleanSetting.default(false),
  CONTROL_TLS_CA_FILE: z.string().optional(),
  CONTROL_TLS_CERT_FILE: z.string().optional(),
  CONTROL_TLS_KEY_FILE: z.string().optional(),
  CONTROL_WEB_ROOT: z.string().optional(),
  CONTROL_RECORDING_DIR: z.string().optional(),
  CONTROL_RECORDING_STORE: storeSetting.optional(),
  CONTROL_RETENTION_DAYS: retentionSetting,
  CONTROL_TRUSTED_PROXIES: listSetting.pipe(z.array(cidr)).default([]),
  CONTROL_ALLOWED_ORIGINS: listSetting.pipe(z.array(z.url())).default([]),
  CONTROL_OPEN_ACCESS: booleanSetting.default(false),
  CONTROL_TRUST_CLIENT_LOCATION: booleanSetting.default(false),
  CONTROL_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  CONTROL_SIGN_UP: booleanSetting.default(false),
  CONTROL_OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  CONTROL_OIDC_CLIENT_ID: z.string().optional(),
  CONTROL_OIDC_CLIENT_SECRET: z.string().optional(),
  CONTROL_OIDC_NAME: z.string().max(64).default('your organisation'),
  CONTROL_WEBHOOKS_TO_PRIVATE_ADDRESSES: booleanSetting.default(false),
  CONTROL_MAX_FAN_OUT: integerSetting(1, 64).default(defaultFanOut),
  CONTROL_MAX_SOCKETS_PER_ADDRESS: integerSetting(1, 1_000_000).default(defaultSocketsPerAddress),
  CONTROL_API_KEY: z
    .string()
    .regex(/^[\w-]{1,64}:[\w-]{16,}$/, 'not "id:secret" with a secret of 16 or more of A–Z a–z 0–9 _ -')
    .optional(),
  CONTROL_SEALING_KEYS: sealingKeysSetting,
  CONTROL_GEO_CITY_V4: z.string().optional(),
  CONTROL_GEO_CITY_V6: z.string().optional(),
  CONTROL_GEO_COUNTRY: z.string().optional(),
  CONTROL_GEO_OVERRIDES: z.string().optional(),
  CONTROL_NAMESPACE: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .default('canopy'),
  DATABASE_URL: z.url(),
  REDIS_URL: z.url(),
  NATS_URL: z.url(),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug', 'silent']).default('info'),
});

/** All variables of the environment that are read. */
export const settingNames: readonly string[] = Object.keys(envSchema.shape);

export interface Config {
  replicaId: string;
  /** host:port of REST, WebSocket and the web app; port 0 chooses a free one. */
  httpListen: string;
  /** host:port at which Prometheus reads this replica's metrics; undefined: where it listens, or on its host's name. */
  metricsAddress: string | undefined;
  /** host:port of the Routing service. */
  grpcListen: string;
  /** Undefined: gRPC goes without TLS, on loopback or because it is allowed to. */
  tls: TlsFiles | undefined;
  /** Folder with the built web app. */
  webRoot: string | undefined;
  /** Where recordings are: the folder in which edges record, or the store; undefined: they are not handed out here. */
  recordings: string | S3Location | undefined;
  /** Compositors delete recordings so long after their end; undefined: they do not. */
  recordingsKeptForMs: number | undefined;
  /** Addresses and CIDRs whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  /** Origins of web pages that may open a WebSocket, use the API with a token and show the web app in a frame; empty: the server's own, and no frames. */
  allowedOrigins: readonly string[];
  /** Callers need no API key. For a mesh on loopback only. */
  openAccess: boolean;
  /** The origin people open, such as https://meet.example.org; undefined: the one a request came to. */
  publicUrl: string | undefined;
  /** Strangers may make accounts with a password. */
  signUp: boolean;
  /** The provider of OpenID Connect at which people may sign in. */
  oidc: OidcSettings | undefined;
  /** Webhooks may call addresses that are not on the internet. */
  webhooksToPrivateAddresses: boolean;
  /** Clients may say where they are. */
  trustClientLocation: boolean;
  /** Ensured in the database at start; whoever has it may also operate the mesh (drain edges). */
  apiKey: { id: string; secret: string } | undefined;
  /** What secrets in the database are sealed with. */
  sealingKeys: SealingKeys;
  /** Copies of one track that an edge may send to others, where a meeting's settings do not say. */
  maxFanOut: number;
  /** WebSockets that one address (of IPv6, a /64) may have open at this replica. */
  maxSocketsPerAddress: number;
  geo: { cityFiles: readonly string[]; countryFiles: readonly string[]; overridesFile: string | undefined };
  /** Prefix of Redis keys and NATS subjects; edges use `canopy`. */
  namespace: string;
  databaseUrl: string;
  redisUrl: string;
  natsUrl: string;
  logLevel: LogLevel;
  /** {@link mostListed}. Not a setting: tests have fewer. */
  mostListed: number;
  timing: Timing;
}

interface OidcSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** For people. */
  name: string;
}

/** Periods in ms. Not settings: tests shorten them. */
export interface Timing {
  /** A participant without a connection leaves after this. */
  graceMs: number;
  /** Presence of a connected participant lasts this long unless renewed. */
  presenceLeaseMs: number;
  renewPresenceEveryMs: number;
  /** After a loss of memory, replicas have this long to claim the participants they hold. */
  claimMs: number;
  sweepEveryMs: number;
  /** Without a sweep for so long the control plane, or its store, was away: nobody's presence counts as over then. */
  sweepLapseMs: number;
  compareStreamsEveryMs: number;
  /** How often people learn how many there are who are not listed, and hosts how many a large meeting reaches. */
  tellCountsEveryMs: number;
  /** An edge not heard of for so long is asked whether it is there. */
  silentAfterMs: number;
  /** After the bus came back, edges get this long to come back too. */
  reconnectGraceMs: number;
  /** Bound of one command on Redis, one statement on PostgreSQL. */
  storeTimeoutMs: number;
  edgeCallTimeoutMs: number;
  /** An edge that is asked whether it is there has so long to answer. */
  edgeProbeTimeoutMs: number;
  /** A client asked to move to another edge is closed after so long without an answer. */
  migrationDeadlineMs: number;
  /** Participants by WHIP and WHEP: how often their edges are asked for them, and how long media may take to get through. */
  httpSessions: { lookEveryMs: number; connectWithinMs: number };
  /** How often sessions on edges are compared with who is in their meetings. */
  lookForOrphansEveryMs: number;
  /** Instead of the usual. */
  quarantine: Partial<Pick<QuarantineLimits, 'holdMs' | 'quietMs'>>;
  /** Instead of the usual. */
  lostLinks: Partial<Pick<LostLinkLimits, 'holdMs' | 'quietMs'>>;
  /** How often a running meeting's plan is compared with what would be the best now. */
  reviewPlansEveryMs: number;
  /** Bound of connecting to each service at start. */
  startTimeoutMs: number;
  /** How many join at once, and how long others stand in line. */
  joins: TurnstileLimits;
  rebalancing: Pick<RebalancePolicy, 'patienceMs' | 'restMs'>;
}

export const defaultTiming: Timing = {
  httpSessions: { lookEveryMs: 10_000, connectWithinMs: 30_000 },
  graceMs: 30_000,
  presenceLeaseMs: 45_000,
  renewPresenceEveryMs: 10_000,
  claimMs: 10_000,
  sweepEveryMs: 1_000,
  sweepLapseMs: 5_000,
  compareStreamsEveryMs: 1_000,
  tellCountsEveryMs: 1_000,
  silentAfterMs: 2_500,
  reconnectGraceMs: 5_000,
  storeTimeoutMs: 2_000,
  edgeCallTimeoutMs: 3_000,
  edgeProbeTimeoutMs: 750,
  migrationDeadlineMs: 15_000,
  lookForOrphansEveryMs: 60_000,
  quarantine: {},
  lostLinks: {},
  reviewPlansEveryMs: 120_000,
  startTimeoutMs: 15_000,
  joins: { atOnce: 16, patienceMs: 1_000 },
  rebalancing: defaultRebalancePolicy,
};

type Environment = z.output<typeof envSchema>;

/** Throws a ConfigError that names every setting at fault. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  return toConfig(readEnv(envSchema, env, 'CONTROL_'));
}

function toConfig(env: Environment): Config {
  const [keyId, secret] = env.CONTROL_API_KEY?.split(':') ?? [];
  const files = (...names: (string | undefined)[]) => names.filter((name) => name !== undefined);
  return {
    replicaId: env.CONTROL_REPLICA_ID ?? `${hostname().replace(/\W/g, '-')}-${randomBytes(4).toString('hex')}`,
    httpListen: env.CONTROL_HTTP_LISTEN,
    metricsAddress: env.CONTROL_METRICS_ADDRESS,
    grpcListen: env.CONTROL_GRPC_LISTEN,
    tls: toTls(env),
    webRoot: env.CONTROL_WEB_ROOT,
    recordings: toRecordings(env),
    recordingsKeptForMs: env.CONTROL_RETENTION_DAYS,
    trustedProxies: env.CONTROL_TRUSTED_PROXIES,
    allowedOrigins: env.CONTROL_ALLOWED_ORIGINS,
    openAccess: env.CONTROL_OPEN_ACCESS,
    publicUrl: env.CONTROL_PUBLIC_URL === undefined ? undefined : new URL(env.CONTROL_PUBLIC_URL).origin,
    signUp: env.CONTROL_SIGN_UP,
    oidc: toOidc(env),
    webhooksToPrivateAddresses: env.CONTROL_WEBHOOKS_TO_PRIVATE_ADDRESSES,
    trustClientLocation: env.CONTROL_TRUST_CLIENT_LOCATION,
    apiKey: keyId === undefined || secret === undefined ? undefined : { id: keyId, secret },
    sealingKeys: env.CONTROL_SEALING_KEYS,
    maxFanOut: env.CONTROL_MAX_FAN_OUT,
    maxSocketsPerAddress: env.CONTROL_MAX_SOCKETS_PER_ADDRESS,
    geo: {
      cityFiles: files(env.CONTROL_GEO_CITY_V4, env.CONTROL_GEO_CITY_V6),
      countryFiles: files(env.CONTROL_GEO_COUNTRY),
      overridesFile: env.CONTROL_GEO_OVERRIDES,
    },
    namespace: env.CONTROL_NAMESPACE,
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    natsUrl: env.NATS_URL,
    logLevel: env.LOG_LEVEL,
    mostListed,
    timing: defaultTiming,
  };
}

function toRecordings({ CONTROL_RECORDING_DIR: dir, CONTROL_RECORDING_STORE: store }: Environment) {
  if (dir !== undefined && store !== undefined)
    throw new ConfigError('cannot start: give either CONTROL_RECORDING_DIR or CONTROL_RECORDING_STORE');
  return store ?? dir;
}

function toOidc(env: Environment): OidcSettings | undefined {
  const issuer = env.CONTROL_OIDC_ISSUER;
  const clientId = env.CONTROL_OIDC_CLIENT_ID;
  const clientSecret = env.CONTROL_OIDC_CLIENT_SECRET;
  if (issuer !== undefined && clientId !== undefined && clientSecret !== undefined)
    return { issuer, clientId, clientSecret, name: env.CONTROL_OIDC_NAME };
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return undefined;
  throw new ConfigError('cannot start: CONTROL_OIDC_ISSUER, _CLIENT_ID and _CLIENT_SECRET belong together');
}

function toTls(env: Environment): TlsFiles | undefined {
  return tlsFilesOf('CONTROL', {
    host: env.CONTROL_GRPC_LISTEN.replace(/:\d+$/, ''),
    caFile: env.CONTROL_TLS_CA_FILE,
    certFile: env.CONTROL_TLS_CERT_FILE,
    keyFile: env.CONTROL_TLS_KEY_FILE,
    insecure: env.CONTROL_GRPC_INSECURE,
  });
}
