import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsFiles } from '@canopy/runtime/grpc';
import { nodeEnvironment } from '../processes/environment.ts';
import type { Guard } from '../processes/guard.ts';
import { ManagedProcess } from '../processes/managed-process.ts';
import { answersOk } from '../processes/probes.ts';
import { projectFolder } from '../project.ts';
import type { Services } from '../services/services.ts';
import type { Place } from './place.ts';
import { type RecordingStore, recordingSettings } from './recordings.ts';

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
  place: Place;
  recordingStore: RecordingStore | undefined;
  /** Of its HTTP server, for this process. */
  url: string;
  /** What Node runs; another file only in tests of the launcher, and of upgrades. */
  entry: string;
  /** What secrets in its database are sealed with; undefined: a version that knows no such thing. */
  sealingKeys: string | undefined;
  /** Whom the API lets in; without it, everybody. */
  apiKey: ApiKey | undefined;
  /** CONTROL_… settings on top of the local mesh's own. */
  env: Readonly<Record<string, string>>;
}

/** One process of the control plane. */
export class Replica extends ManagedProcess {
  readonly id: string;
  /** For this process. */
  readonly url: string;
  /** For whoever is elsewhere. */
  readonly publicUrl: string;
  /** host:port of its Routing service, for edges. */
  readonly grpcAddress: string;
  /** The headers that open its API. */
  readonly authorization: Readonly<Record<string, string>>;

  constructor(settings: ReplicaSettings, guard: Guard) {
    const { url, place } = settings;
    const [command, args] = place.command(process.execPath, [settings.entry]);
    super(
      {
        name: settings.id,
        command,
        args,
        env: { ...nodeEnvironment(process.env), ...replicaEnvironment(settings), ...settings.env },
        logFile: join(settings.dataDir, 'logs', `${settings.id}.log`),
        stopSignal: 'SIGTERM',
        isReady: (signal) => answersOk(`${url}/readyz`, signal),
        readyTimeoutMs: 60_000,
      },
      guard,
    );
    this.id = settings.id;
    this.url = url;
    this.publicUrl = `http://${place.address}:${settings.httpPort}`;
    const { apiKey } = settings;
    this.authorization = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey.id}.${apiKey.secret}` };
    this.grpcAddress = `${place.address}:${settings.grpcPort}`;
  }
}

function replicaEnvironment(settings: ReplicaSettings): Record<string, string> {
  const { id, httpPort, grpcPort, tls, services, sealingKeys, apiKey } = settings;
  const { address } = settings.place;
  const webRoot = join(projectFolder, 'web', 'dist');
  return {
    OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${id}`,
    CONTROL_REPLICA_ID: id,
    CONTROL_HTTP_LISTEN: `${address}:${httpPort}`,
    CONTROL_GRPC_LISTEN: `${address}:${grpcPort}`,
    CONTROL_TLS_CA_FILE: tls.caFile,
    CONTROL_TLS_CERT_FILE: tls.certFile,
    CONTROL_TLS_KEY_FILE: tls.keyFile,
    ...(apiKey === undefined
      ? { CONTROL_OPEN_ACCESS: 'true' }
      : { CONTROL_API_KEY: `${apiKey.id}:${apiKey.secret}`, CONTROL_OPEN_ACCESS: 'false' }),
    ...(sealingKeys === undefined ? {} : { CONTROL_SEALING_KEYS: sealingKeys }),
    CONTROL_TRUST_CLIENT_LOCATION: 'true',
    ...recordingSettings('CONTROL', settings.dataDir, settings.recordingStore),
    CONTROL_SIGN_UP: 'true',
    CONTROL_WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true',
    ...(existsSync(webRoot) ? { CONTROL_WEB_ROOT: webRoot } : {}),
    DATABASE_URL: services.databaseUrl,
    REDIS_URL: services.redisUrl,
    NATS_URL: services.natsUrl,
  };
}
