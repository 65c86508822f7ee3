import { BackupPolicy, type EdgeAddress, type RouteTable } from '@canopy/proto/routing';
import { CanopyError } from '@canopy/runtime/errors';
import type { TlsFiles } from '@canopy/runtime/grpc';
import { silentLogger } from '@canopy/runtime/logger';
import type { RouteAuthority } from '../app/ports/control-plane.ts';
import type { Config } from '../config.ts';
import { createContext, type EdgeContext, type Overrides } from '../context.ts';
import { EdgeClient } from './edge-client.ts';
import { openPlainTransport } from './plain-client-transport.ts';

/** A control plane that knows the routes it was given. */
export class TableAuthority implements RouteAuthority {
  readonly #tables = new Map<string, RouteTable>();
  asked = 0;

  give(table: RouteTable): void {
    this.#tables.set(table.meetingId, table);
  }

  async getRoutes(meetingId: string): Promise<RouteTable> {
    this.asked++;
    const table = this.#tables.get(meetingId);
    if (table === undefined) throw new CanopyError('MEETING_NOT_FOUND');
    return table;
  }
}

/** An edge in this process: real workers, gRPC, NATS and pipes; clients are plain RTP. */
export interface InProcessEdge extends AsyncDisposable {
  readonly id: string;
  readonly context: EdgeContext;
  readonly client: EdgeClient;
  /** What the edge learns when it asks for routes. */
  readonly authority: TableAuthority;
}

/** `clientTls`: what `client` shows, where the edge has certificates. */
export async function startInProcessEdge(
  id: string,
  natsUrl: string,
  config: Partial<Config> = {},
  overrides: Overrides = {},
  clientTls?: TlsFiles,
): Promise<InProcessEdge> {
  const authority = new TableAuthority();
  const context = await createContext(
    { ...defaultConfig(id, natsUrl), ...config },
    { logger: silentLogger, openClientTransport: openPlainTransport, routeAuthority: authority, ...overrides },
  );
  const client = new EdgeClient(context.grpcAddress, clientTls);
  return {
    id,
    context,
    client,
    authority,
    async [Symbol.asyncDispose]() {
      client.close();
      await context[Symbol.asyncDispose]();
    },
  };
}

function defaultConfig(edgeId: string, natsUrl: string): Config {
  return {
    edgeId,
    region: 'test-1',
    workers: 1,
    media: { listenIp: '127.0.0.1', announcedAddress: undefined, firstPort: 0 },
    links: { linkIp: '127.0.0.1', minPort: 40_000, maxPort: 49_999, lingerMs: 300, speakers: 5 },
    probing: undefined,
    turn: undefined,
    recording: undefined,
    drainTimeoutMs: 0,
    grpcListen: { host: '127.0.0.1', port: 0 },
    grpcAdvertised: undefined,
    httpListen: { host: '127.0.0.1', port: 0 },
    public: undefined,
    controlPlanes: [],
    egressCapacityBps: 1_000_000_000,
    tls: undefined,
    natsUrl,
    logLevel: 'silent',
  };
}

/** The table that sends the tracks of `originId` to `edge` through `parent`. */
export function routeTable(
  meetingId: string,
  epoch: number,
  edge: InProcessEdge,
  originId: string,
  parent: InProcessEdge,
): RouteTable {
  return { meetingId, epoch, edgeId: edge.id, routes: [{ originEdgeId: originId, parent: addressOf(parent) }] };
}

/** The same with a second way, through `backup`, or chained to the second way of that. */
export function twoWayTable(
  meetingId: string,
  epoch: number,
  edge: InProcessEdge,
  originId: string,
  { main, backup, chained = false, policy = BackupPolicy.WARM }: TwoWays,
): RouteTable {
  const table = routeTable(meetingId, epoch, edge, originId, main);
  const routes = table.routes.map((route) => ({ ...route, backupParent: addressOf(backup), backupChained: chained }));
  return { ...table, backup: policy, routes };
}

interface TwoWays {
  main: InProcessEdge;
  backup: InProcessEdge;
  chained?: boolean;
  policy?: BackupPolicy;
}

function addressOf({ id, context }: InProcessEdge): EdgeAddress {
  return { edgeId: id, linkAddress: context.grpcAddress };
}
