import { availableParallelism } from 'node:os';
import { booleanSetting, ConfigError, integerSetting, listSetting, readEnv } from '@canopy/runtime/env';
import type { TlsFiles } from '@canopy/runtime/grpc';
import { tlsFilesOf } from '@canopy/runtime/grpc-settings';
import type { LogLevel } from '@canopy/runtime/logger';
import { type S3Location, storeSetting } from '@canopy/storage/location';
import { z } from 'zod';
import type { TurnSettings } from './app/ports/relay.ts';

const hostPort = z
  .string()
  .regex(/^.+:\d{1,5}$/, 'must be host:port')
  .transform((text) => {
    const colon = text.lastIndexOf(':');
    return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
  });

/** NATS subjects are made of ids: no dots, spaces or wildcards in them. */
const subjectToken = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be letters, digits, - and _');

/** RFC 7065, without what browsers have not: TURN over DTLS. */
const turnUrl = z
  .string()
  .regex(
    /^turns?:(\[[\da-fA-F:.]+\]|[\w.-]+)(:\d{1,5})?(\?transport=(udp|tcp))?$/,
    'must be turn:host:port or turns:host:port, with ?transport=udp or tcp',
  )
  .refine((url) => !/^turns:.*=udp$/.test(url), 'turns: goes over TCP');

const environment = z.object({
  EDGE_ID: subjectToken,
  EDGE_REGION: subjectToken,
  EDGE_WORKERS: integerSetting(1, 256).optional(),
  EDGE_MEDIA_LISTEN_IP: z.union([z.ipv4(), z.ipv6()]).default('127.0.0.1'),
  EDGE_MEDIA_ANNOUNCED_ADDRESS: z.string().optional(),
  EDGE_MEDIA_PORT: integerSetting(0, 65_535).default(0),
  EDGE_LINK_IP: z.union([z.ipv4(), z.ipv6()]).default('127.0.0.1'),
  EDGE_LINK_MIN_PORT: integerSetting(1_024, 65_535).default(40_000),
  EDGE_LINK_MAX_PORT: integerSetting(1_024, 65_535).default(49_999),
  EDGE_GRPC_LISTEN: hostPort.default({ host: '127.0.0.1', port: 0 }),
  EDGE_GRPC_ADVERTISED: hostPort.optional(),
  EDGE_GRPC_INSECURE: booleanSetting.default(false),
  EDGE_HTTP_LISTEN: hostPort.default({ host: '127.0.0.1', port: 0 }),
  EDGE_PUBLIC_LISTEN: hostPort.optional(),
  EDGE_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  EDGE_PUBLIC_TLS_CERT_FILE: z.string().optional(),
  EDGE_PUBLIC_TLS_KEY_FILE: z.string().optional(),
  EDGE_CONTROL_PLANES: listSetting.default([]),
  EDGE_EGRESS_CAPACITY_BPS: integerSetting(0, Number.MAX_SAFE_INTEGER).default(0),
  EDGE_LINK_LINGER_MS: integerSetting(0, 3_600_000).default(5_000),
  EDGE_LINK_SPEAKERS: integerSetting(1, 1_000).default(5),
  EDGE_PROBE_KEY: z.string().min(16).optional(),
  EDGE_PROBE_PORT: integerSetting(0, 65_535).default(0),
  EDGE_TURN_URLS: listSetting.pipe(z.array(turnUrl).max(8)).default([]),
  EDGE_TURN_SECRET: z.string().min(16).optional(),
  EDGE_TURN_SECRET_FILE: z.string().min(1).optional(),
  EDGE_RECORDING_DIR: z.string().min(1).optional(),
  EDGE_RECORDING_STORE: storeSetting.optional(),
  EDGE_RECORDING_TRACKS: integerSetting(1, 10_000).optional(),
  EDGE_FFMPEG: z.string().min(1).default('ffmpeg'),
  EDGE_DRAIN_TIMEOUT_MS: integerSetting(0, 86_400_000).default(900_000),
  EDGE_TLS_CA_FILE: z.string().optional(),
  EDGE_TLS_CERT_FILE: z.string().optional(),
  EDGE_TLS_KEY_FILE: z.string().optional(),
  NATS_URL: z.url().default('nats://127.0.0.1:4222'),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug', 'silent']).default('info'),
});

/** Each is an ffmpeg that copies: of a camera of 1.4 Mbit/s it takes half a percent of a core and 10 MB. Workers need the rest. */
const recordedTracksPerCore = 50;

/** All variables of the environment that are read. */
export const settingNames: readonly string[] = Object.keys(environment.shape);

interface HostPort {
  host: string;
  /** 0: any that is free. */
  port: number;
}

export interface Config {
  edgeId: string;
  region: string;
  workers: number;
  media: {
    listenIp: string;
    /** Told to clients instead of `listenIp`, behind NAT. */
    announcedAddress: string | undefined;
    /** UDP and TCP port of the first worker; worker i uses the i-th after it. 0: any that are free. */
    firstPort: number;
  };
  /** The pipes between edges: where they bind, and what they announce. */
  links: {
    linkIp: string;
    minPort: number;
    maxPort: number;
    lingerMs: number;
    /** Of the microphones that one meeting has open on this edge, links carry the so many loudest. */
    speakers: number;
  };
  /** Measuring the ways to other edges, from `links.linkIp`; undefined: neither asked nor answered. */
  probing: { key: string; port: number } | undefined;
  /** The TURN server beside this edge: where clients reach it, and the secret it shares with the edge; undefined: there is none. */
  turn: TurnSettings | undefined;
  /**
   * Where recordings are written, and the ffmpeg that writes them; undefined: this edge records nothing. Without a store the
   * folder is best one that all edges share; with one, files are moved there from it as soon as they are whole. Of all meetings
   * `mostTracks` are written at once.
   */
  recording: { dir: string; ffmpeg: string; mostTracks: number; store?: S3Location } | undefined;
  /** How long a shutdown waits for participants and children to be moved elsewhere; 0: not at all. */
  drainTimeoutMs: number;
  grpcListen: HostPort;
  /** Told to others instead of the address listened on. */
  grpcAdvertised: HostPort | undefined;
  httpListen: HostPort;
  /** Where browsers measure their round trip, with a certificate they trust; a page served over HTTPS may ask nothing else. Undefined: at `httpListen`. */
  public:
    | { listen: HostPort; url: string | undefined; tls: { certFile: string; keyFile: string } | undefined }
    | undefined;
  /** host:port of the control plane's Routing services. */
  controlPlanes: string[];
  egressCapacityBps: number;
  /** Undefined: gRPC goes without TLS, on loopback or because it is allowed to. */
  tls: TlsFiles | undefined;
  natsUrl: string;
  logLevel: LogLevel;
}

export type Environment = z.output<typeof environment>;

/** Reads the environment. Throws ConfigError naming every variable at fault. */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  return readEnv(environment, env, 'EDGE_');
}

/** The configuration an environment stands for. Throws ConfigError where settings contradict each other. */
export function toConfig(env: Environment, cores = availableParallelism()): Config {
  if (env.EDGE_LINK_MIN_PORT > env.EDGE_LINK_MAX_PORT) {
    throw new ConfigError('cannot start: EDGE_LINK_MIN_PORT is above EDGE_LINK_MAX_PORT');
  }
  return {
    edgeId: env.EDGE_ID,
    region: env.EDGE_REGION,
    workers: env.EDGE_WORKERS ?? cores,
    media: {
      listenIp: env.EDGE_MEDIA_LISTEN_IP,
      announcedAddress: env.EDGE_MEDIA_ANNOUNCED_ADDRESS,
      firstPort: env.EDGE_MEDIA_PORT,
    },
    links: {
      linkIp: env.EDGE_LINK_IP,
      minPort: env.EDGE_LINK_MIN_PORT,
      maxPort: env.EDGE_LINK_MAX_PORT,
      lingerMs: env.EDGE_LINK_LINGER_MS,
      speakers: env.EDGE_LINK_SPEAKERS,
    },
    probing: env.EDGE_PROBE_KEY === undefined ? undefined : { key: env.EDGE_PROBE_KEY, port: env.EDGE_PROBE_PORT },
    turn: toTurn(env),
    recording: toRecording(env, cores),
    drainTimeoutMs: env.EDGE_DRAIN_TIMEOUT_MS,
    grpcListen: env.EDGE_GRPC_LISTEN,
    grpcAdvertised: env.EDGE_GRPC_ADVERTISED,
    httpListen: env.EDGE_HTTP_LISTEN,
    public: toPublic(env),
    controlPlanes: env.EDGE_CONTROL_PLANES,
    egressCapacityBps: env.EDGE_EGRESS_CAPACITY_BPS,
    tls: toTls(env),
    natsUrl: env.NATS_URL,
    logLevel: env.LOG_LEVEL,
  };
}

function toTurn(env: Environment): Config['turn'] {
  const { EDGE_TURN_URLS: urls, EDGE_TURN_SECRET: secret, EDGE_TURN_SECRET_FILE: secretFile } = env;
  if (secret !== undefined && secretFile !== undefined)
    throw new ConfigError('cannot start: give either EDGE_TURN_SECRET or EDGE_TURN_SECRET_FILE');
  if (urls.length > 0 && secret !== undefined) return { urls, secret };
  if (urls.length > 0 && secretFile !== undefined) return { urls, secretFile };
  if (urls.length === 0 && secret === undefined && secretFile === undefined) return undefined;
  throw new ConfigError('cannot start: EDGE_TURN_URLS and EDGE_TURN_SECRET (or EDGE_TURN_SECRET_FILE) belong together');
}

function toRecording(env: Environment, cores: number): Config['recording'] {
  const { EDGE_RECORDING_DIR: dir, EDGE_RECORDING_STORE: store, EDGE_FFMPEG: ffmpeg } = env;
  const mostTracks = env.EDGE_RECORDING_TRACKS ?? cores * recordedTracksPerCore;
  if (dir !== undefined) return { dir, ffmpeg, mostTracks, ...(store && { store }) };
  if (store === undefined) return undefined;
  throw new ConfigError(
    'cannot start: EDGE_RECORDING_STORE needs EDGE_RECORDING_DIR, where segments are written first',
  );
}

function toPublic(env: Environment): Config['public'] {
  const { EDGE_PUBLIC_LISTEN: listen, EDGE_PUBLIC_URL: url } = env;
  const { EDGE_PUBLIC_TLS_CERT_FILE: certFile, EDGE_PUBLIC_TLS_KEY_FILE: keyFile } = env;
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new ConfigError('cannot start: EDGE_PUBLIC_TLS_CERT_FILE and EDGE_PUBLIC_TLS_KEY_FILE belong together');
  const tls = certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile };
  if (listen !== undefined) return { listen, url, tls };
  if (url === undefined && tls === undefined) return undefined;
  throw new ConfigError('cannot start: EDGE_PUBLIC_URL and its certificate are for EDGE_PUBLIC_LISTEN');
}

function toTls(env: Environment): TlsFiles | undefined {
  return tlsFilesOf('EDGE', {
    host: env.EDGE_GRPC_LISTEN.host,
    caFile: env.EDGE_TLS_CA_FILE,
    certFile: env.EDGE_TLS_CERT_FILE,
    keyFile: env.EDGE_TLS_KEY_FILE,
    insecure: env.EDGE_GRPC_INSECURE,
  });
}
