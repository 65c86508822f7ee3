import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsFiles } from '@canopy/runtime/grpc';
import { baseEnvironment } from '../processes/environment.ts';
import type { Guard } from '../processes/guard.ts';
import { ManagedProcess } from '../processes/managed-process.ts';
import { answersOk } from '../processes/probes.ts';
import { projectFolder } from '../project.ts';
import type { Services } from '../services/services.ts';

/** What callers of the API show: `Authorization: Bearer <id>.<secret>`. */
export interface ApiKey {
  id: string;
  secret: string;
}

export interface ReplicaSettings {
  id: string;
  httpPort: number;
  grpcPort: number;
  tls: TlsFiles;
  services: Services;
  dataDir: string;
  /** What Node runs; another file only in tests of the launcher. */
  entry: string;
  /** Whom the API lets in; without it, everybody. */
  apiKey: ApiKey | undefined;
  /** CONTROL_… settings on top of the local mesh's own. */
  env: Readonly<Record<string, string>>;
}

/** One process of the control plane. */
export class Replica extends ManagedProcess {
  readonly id: string;
  readonly url: string;
  /** host:port of its Routing service. */
  readonly grpcAddress: string;
  /** The headers that open its API. */
  readonly authorization: Readonly<Record<string, string>>;

  constructor(settings: ReplicaSettings, guard: Guard) {
    const url = `http://127.0.0.1:${settings.httpPort}`;
    super(
      {
        name: settings.id,
        command: process.execPath,
        args: [settings.entry],
        env: { ...baseEnvironment(process.env), ...replicaEnvironment(settings), ...settings.env },
        logFile: join(settings.dataDir, 'logs', `${settings.id}.log`),
        stopSignal: 'SIGTERM',
        isReady: (signal) => answersOk(`${url}/readyz`, signal),
        readyTimeoutMs: 30_000,
      },
      guard,
    );
    this.id = settings.id;
    this.url = url;
    const { apiKey } = settings;
    this.authorization = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey.id}.${apiKey.secret}` };
    this.grpcAddress = `127.0.0.1:${settings.grpcPort}`;
  }
}

function replicaEnvironment(settings: ReplicaSettings): Record<string, string> {
  const { id, httpPort, grpcPort, tls, services, apiKey } = settings;
  const webRoot = join(projectFolder, 'web', 'dist');
  return {
    CONTROL_REPLICA_ID: id,
    CONTROL_HTTP_LISTEN: `127.0.0.1:${httpPort}`,
    CONTROL_GRPC_LISTEN: `127.0.0.1:${grpcPort}`,
    CONTROL_TLS_CA_FILE: tls.caFile,
    CONTROL_TLS_CERT_FILE: tls.certFile,
    CONTROL_TLS_KEY_FILE: tls.keyFile,
    ...(apiKey === undefined
      ? { CONTROL_OPEN_ACCESS: 'true' }
      : { CONTROL_API_KEY: `${apiKey.id}:${apiKey.secret}`, CONTROL_OPEN_ACCESS: 'false' }),
    CONTROL_TRUST_CLIENT_LOCATION: 'true',
    ...(existsSync(webRoot) ? { CONTROL_WEB_ROOT: webRoot } : {}),
    DATABASE_URL: services.databaseUrl,
    REDIS_URL: services.redisUrl,
    NATS_URL: services.natsUrl,
  };
}
