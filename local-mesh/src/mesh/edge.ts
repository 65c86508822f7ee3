import { join } from 'node:path';
import type { TlsFiles } from '@canopy/runtime/grpc';
import { nodeEnvironment } from '../processes/environment.ts';
import type { Guard } from '../processes/guard.ts';
import { ManagedProcess } from '../processes/managed-process.ts';
import { answersOk } from '../processes/probes.ts';
import type { Place } from './place.ts';
import { type RecordingStore, recordingSettings } from './recordings.ts';
import type { TurnServer } from './turn-server.ts';

export interface EdgeSettings {
  id: string;
  region: string;
  workers: number;
  httpPort: number;
  grpcPort: number;
  /** host:port of the Routing service of each replica. */
  controlPlanes: readonly string[];
  tls: TlsFiles;
  /** Of the bus, as it is reached from where the edge is. */
  natsUrl: string;
  dataDir: string;
  place: Place;
  records: boolean;
  recordingStore: RecordingStore | undefined;
  /** Beside it, for clients that reach it by no other way. */
  relay: TurnServer | undefined;
  /** host:port of /metrics, /healthz and /readyz, for this process. */
  httpAddress: string;
  /** host:port of EdgeMedia and EdgeLink, for this process. */
  grpcAddress: string;
  /** What Node runs; another file only in tests of the launcher, and of upgrades. */
  entry: string;
  /** EDGE_… settings on top of the local mesh's own. */
  env: Readonly<Record<string, string>>;
}

/** One edge node. */
export class Edge extends ManagedProcess {
  readonly id: string;
  readonly region: string;
  /** host:port of /metrics, /healthz and /readyz, for this process. */
  readonly httpAddress: string;
  /** host:port of EdgeMedia and EdgeLink, for this process. */
  readonly grpcAddress: string;
  /** The TURN server beside it, if the mesh has them. */
  readonly relay: TurnServer | undefined;

  constructor(settings: EdgeSettings, guard: Guard) {
    const { httpAddress, grpcAddress } = settings;
    const [command, args] = settings.place.command(process.execPath, [settings.entry]);
    super(
      {
        name: settings.id,
        command,
        args,
        env: { ...nodeEnvironment(process.env), ...edgeEnvironment(settings), ...settings.env },
        logFile: join(settings.dataDir, 'logs', `${settings.id}.log`),
        stopSignal: 'SIGTERM',
        isReady: (signal) => answersOk(`http://${httpAddress}/readyz`, signal),
        readyTimeoutMs: 60_000,
      },
      guard,
    );
    this.id = settings.id;
    this.region = settings.region;
    this.relay = settings.relay;
    this.httpAddress = httpAddress;
    this.grpcAddress = grpcAddress;
  }
}

function edgeEnvironment(settings: EdgeSettings): Record<string, string> {
  const { place, relay } = settings;
  const { address } = place;
  return {
    OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${settings.id}`,
    EDGE_ID: settings.id,
    EDGE_REGION: settings.region,
    EDGE_WORKERS: String(settings.workers),
    // What is between the regions of a machine carries more.
    EDGE_EGRESS_CAPACITY_BPS: '1000000000',
    EDGE_MEDIA_LISTEN_IP: address,
    EDGE_MEDIA_PORT: '0',
    EDGE_LINK_IP: address,
    EDGE_GRPC_LISTEN: `${address}:${settings.grpcPort}`,
    EDGE_HTTP_LISTEN: `${address}:${settings.httpPort}`,
    // Ctrl-C is to end the mesh now. Without EDGE_PROBE_KEY nobody measures: all are on one machine, as if in their regions.
    EDGE_DRAIN_TIMEOUT_MS: '0',
    ...(settings.records && recordingSettings('EDGE', settings.dataDir, settings.recordingStore)),
    ...(relay && { EDGE_TURN_URLS: relay.urls.join(','), EDGE_TURN_SECRET: relay.secret }),
    EDGE_CONTROL_PLANES: settings.controlPlanes.join(','),
    EDGE_TLS_CA_FILE: settings.tls.caFile,
    EDGE_TLS_CERT_FILE: settings.tls.certFile,
    EDGE_TLS_KEY_FILE: settings.tls.keyFile,
    NATS_URL: settings.natsUrl,
  };
}
