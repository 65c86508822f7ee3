import { join } from 'node:path';
import type { TlsFiles } from '@canopy/runtime/grpc';
import { baseEnvironment } from '../processes/environment.ts';
import type { Guard } from '../processes/guard.ts';
import { ManagedProcess } from '../processes/managed-process.ts';
import { answersOk } from '../processes/probes.ts';
import type { Services } from '../services/services.ts';

export interface EdgeSettings {
  id: string;
  region: string;
  workers: number;
  httpPort: number;
  grpcPort: number;
  /** host:port of the Routing service of each replica. */
  controlPlanes: readonly string[];
  tls: TlsFiles;
  services: Services;
  dataDir: string;
  /** What Node runs; another file only in tests of the launcher. */
  entry: string;
  /** EDGE_… settings on top of the local mesh's own. */
  env: Readonly<Record<string, string>>;
}

/** One edge node. */
export class Edge extends ManagedProcess {
  readonly id: string;
  readonly region: string;
  /** host:port of /metrics, /healthz and /readyz. */
  readonly httpAddress: string;
  /** host:port of EdgeMedia and EdgeLink. */
  readonly grpcAddress: string;

  constructor(settings: EdgeSettings, guard: Guard) {
    const httpAddress = `127.0.0.1:${settings.httpPort}`;
    super(
      {
        name: settings.id,
        command: process.execPath,
        args: [settings.entry],
        env: { ...baseEnvironment(process.env), ...edgeEnvironment(settings), ...settings.env },
        logFile: join(settings.dataDir, 'logs', `${settings.id}.log`),
        stopSignal: 'SIGTERM',
        isReady: (signal) => answersOk(`http://${httpAddress}/readyz`, signal),
        readyTimeoutMs: 30_000,
      },
      guard,
    );
    this.id = settings.id;
    this.region = settings.region;
    this.httpAddress = httpAddress;
    this.grpcAddress = `127.0.0.1:${settings.grpcPort}`;
  }
}

function edgeEnvironment(settings: EdgeSettings): Record<string, string> {
  return {
    EDGE_ID: settings.id,
    EDGE_REGION: settings.region,
    EDGE_WORKERS: String(settings.workers),
    EDGE_MEDIA_LISTEN_IP: '127.0.0.1',
    EDGE_MEDIA_PORT: '0',
    EDGE_LINK_IP: '127.0.0.1',
    EDGE_GRPC_LISTEN: `127.0.0.1:${settings.grpcPort}`,
    EDGE_HTTP_LISTEN: `127.0.0.1:${settings.httpPort}`,
    // Ctrl-C is to end the mesh now. Without EDGE_PROBE_KEY nobody measures: all are on one machine, as if in their regions.
    EDGE_DRAIN_TIMEOUT_MS: '0',
    EDGE_CONTROL_PLANES: settings.controlPlanes.join(','),
    EDGE_TLS_CA_FILE: settings.tls.caFile,
    EDGE_TLS_CERT_FILE: settings.tls.certFile,
    EDGE_TLS_KEY_FILE: settings.tls.keyFile,
    NATS_URL: settings.services.natsUrl,
  };
}
