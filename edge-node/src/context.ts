import { randomBytes, randomUUID } from 'node:crypto';
import { type CertificateCheck, type CertificateFiles, Certificates } from '@canopy/runtime/certificates';
import { type Clock, systemClock } from '@canopy/runtime/clock';
import { createLogger, type Logger } from '@canopy/runtime/logger';
import { requireIdentity } from '@canopy/runtime/mesh-identity';
import type { Faults } from '@canopy/runtime/process';
import type { OnRefused } from '@canopy/runtime/tls-listener';
import { GrpcNeighbours } from './adapters/grpc-neighbours.ts';
import { GrpcRouteAuthority } from './adapters/grpc-route-authority.ts';
import { keyFrameRequestDelayMs } from './adapters/mediasoup/producer.ts';
import { type OpenClientTransport, openWebRtcTransport } from './adapters/mediasoup/router.ts';
import { WorkerPool } from './adapters/mediasoup/worker-pool.ts';
import { Metrics } from './adapters/metrics.ts';
import { NatsBus } from './adapters/nats-bus.ts';
import { ProbeSocket } from './adapters/probe-socket.ts';
import { openRecordingStore } from './adapters/recording/open-recording-store.ts';
import { turnRelay } from './adapters/turn-relay.ts';
import { Edge } from './app/edge.ts';
import { emptied } from './app/emptied.ts';
import { startHeart } from './app/heart.ts';
import type { RouteAuthority } from './app/ports/control-plane.ts';
import { Probing } from './app/probing/probing.ts';
import type { Config } from './config.ts';
import { startGrpcServer } from './grpc/server.ts';
import { measuringPath, startMeasuringServer } from './http/measuring.ts';
import { startHttpServer } from './http/server.ts';

/** What tests and benches put in place of the real thing. */
export interface Overrides {
  clock?: Clock;
  logger?: Logger;
  routeAuthority?: RouteAuthority;
  openClientTransport?: OpenClientTransport;
  /** Load (0 to 1) of a worker above which a meeting spreads to a further one; 0: every session goes to the coolest. */
  spreadThreshold?: number;
}

/** A running edge node. */
export interface EdgeContext extends AsyncDisposable {
  readonly edge: Edge;
  readonly workers: WorkerPool;
  /** host:port of EdgeMedia and EdgeLink. */
  readonly grpcAddress: string;
  /** host:port of /metrics, /healthz, /readyz. */
  readonly httpAddress: string;
  /** Takes nobody new from now on and resolves when nobody is served here any more and what was recorded is where it is kept, after `drainTimeoutMs`, or when `hurry` aborts. */
  drain(hurry: AbortSignal): Promise<void>;
  /** Reads the certificates again. */
  reload(): void;
  /** A bug in what one meeting needs does not end the others: they have the time to move. */
  readonly faults: Faults;
}

const defaultSpreadThreshold = 0.6;
const routeWaitMs = 2_000;
const sweepEveryMs = 60_000;
/** Long enough for some 1,200 people to move, and no longer than need be: nobody knows what the error left undone. */
const faultDrainMs = 60_000;
/** What was recorded is moved to where it is kept within this time, unless that is away. */
const usualMoveMs = 60_000;

/** Builds and starts everything; what was started is stopped again when a later part can't be. */
export async function createContext(config: Config, overrides: Overrides = {}): Promise<EdgeContext> {
  const { edgeId, region, tls, recording } = config;
  const bootId = randomUUID();
  const clock = overrides.clock ?? systemClock;
  const logger = (overrides.logger ?? createLogger('edge-node', config.logLevel)).child({ edgeId });
  await using started = new AsyncDisposableStack();

  const following: Certificates[] = [];
  const follow = (files: CertificateFiles, check?: CertificateCheck) => {
    const certificates = new Certificates(files, check);
    following.push(certificates);
    started.defer(certificates.follow(clock, logger));
    return certificates;
  };
  const certificates = tls && follow(tls, (own) => requireIdentity(own, { role: 'edge', edgeId }));
  const publicCertificates = config.public?.tls && follow(config.public.tls);

  const metrics = new Metrics();
  const workers = started.adopt(
    await WorkerPool.start({
      ...config.media,
      workers: config.workers,
      network: config.links,
      openClientTransport: overrides.openClientTransport ?? openWebRtcTransport,
      clock,
      countKeyFrameRequest: () => metrics.countKeyFrameRequest(),
      logger,
      random: Math.random,
    }),
    (pool) => pool.close(),
  );
  workers.onDied(() => metrics.countWorkerDeath());
  const neighbours = started.adopt(new GrpcNeighbours(certificates, clock), (clients) => clients.close());
  const routeAuthority = started.adopt(new GrpcRouteAuthority(edgeId, config.controlPlanes, certificates), (clients) =>
    clients.close(),
  );
  const probes = config.probing && started.use(await startProbing(config, config.probing, { clock, logger, metrics }));
  const bus: NatsBus = started.adopt(
    new NatsBus({
      url: config.natsUrl,
      edgeId,
      bootId,
      clock,
      logger,
      onRoutes: (table) => edge.routes.put(table),
      onRefused: (why) => metrics.countBusRefusal(why),
      onReconnected: () => metrics.countBusReconnect(),
      onHeartbeat: probes && (({ edgeId: id, probeAddress }) => probes.probing.hear(id, probeAddress)),
    }),
    (connection) => connection.close(),
  );
  const recordingStore = recording && openRecordingStore(recording, edgeId, logger, started);
  const edge = started.adopt(
    new Edge({
      edgeId,
      bootId,
      linkLingerMs: config.links.lingerMs,
      linkSpeakers: config.links.speakers,
      spreadThreshold: overrides.spreadThreshold ?? defaultSpreadThreshold,
      routeWaitMs,
      workers,
      neighbours,
      routeAuthority: overrides.routeAuthority ?? routeAuthority,
      facts: bus,
      relay: turnRelay(config.turn, clock, logger),
      recordingStore,
      mostRecordedTracks: recording?.mostTracks ?? 0,
      clock,
      logger,
      random: Math.random,
      newId: randomUUID,
      onPulled: (result, elapsedMs) => metrics.countPull(result, elapsedMs),
      onFailover: (failover) => metrics.countFailover(failover),
    }),
    (running) => running.close(),
  );
  const draining = () => edge.draining;
  const egressBps = () => workers.egressBps;
  const counts = () => edge.inspection.counts();
  const measured = () => probes?.probing.neighbours() ?? [];
  metrics.observe({
    workers: () => workers.usage(),
    counts,
    links: () => edge.inspection.linkUsage(),
    egressBps,
    egressCapacityBps: config.egressCapacityBps,
    draining,
    busConnected: () => bus.connected,
    busRoundTrip: () => bus.roundTrip(),
    neighbours: measured,
    keyFrameRequestDelayMs,
    leftOutOfRecordings: () => edge.recordings.leftOut,
    recordedParts: async () => recordingStore?.left(usualMoveMs).catch(() => undefined),
    certificates: { mesh: certificates, public: publicCertificates },
  });

  const refused: OnRefused = (why, text) => {
    metrics.countTlsRefusal(why);
    if (text !== undefined) logger.warn({ call: text }, 'a call was refused');
  };
  const grpc = started.adopt(
    await startGrpcServer({ edge, listen: config.grpcListen, certificates, onRefused: refused, logger }),
    (server) => server.close(),
  );
  const unready = () => {
    if (draining()) return 'draining';
    // Who is not heard of is given nobody.
    if (!bus.connected) return 'no bus';
    return workers.usage().length === 0 ? 'no worker' : undefined;
  };
  const http = started.adopt(
    await startHttpServer({ ...config.httpListen, metrics: metrics.registry, unready }),
    (server) => server.close(),
  );

  const measuringUrl = config.public && (await startMeasuring(config.public, publicCertificates, logger, started));

  const advertised = config.grpcAdvertised ?? { ...config.grpcListen, port: grpc.port };
  const grpcAddress = `${advertised.host}:${advertised.port}`;
  const httpAddress = `${reachedAt(config.httpListen.host, advertised.host)}:${http.port}`;
  const heart = startHeart({
    basics: {
      edgeId,
      region,
      bootId,
      mediaAddress: grpcAddress,
      linkAddress: grpcAddress,
      httpAddress,
      egressCapacityBps: config.egressCapacityBps,
      probeAddress: probes?.address ?? '',
      measuringUrl,
      mediaHost: config.media.announcedAddress ?? config.media.listenIp,
    },
    clock,
    workers: () => workers.usage(),
    mediaPorts: () => workers.mediaPorts,
    sessions: () => edge.inspection.sessions,
    egressBps,
    recordingRoom: () => edge.recordings.room,
    highestEpoch: () => edge.routes.highestEpoch,
    neighbours: measured,
    draining,
    publish: (heartbeat) => bus.publishHeartbeat(heartbeat),
  });
  started.defer(() => heart.stop());
  bus.onMissed(() => {
    heart.beat();
    edge.routes.refresh();
  });
  started.defer(edge.onStateChange(() => heart.beat()));
  started.defer(clock.every(sweepEveryMs, () => edge.sweep()));
  logger.info({ bootId, grpcAddress, httpAddress, workers: config.workers }, 'edge ready');

  const owned = started.move();
  return {
    edge,
    workers,
    grpcAddress,
    httpAddress,
    async drain(hurry) {
      edge.leave();
      const enough = AbortSignal.any([hurry, AbortSignal.timeout(config.drainTimeoutMs)]);
      await emptied({ occupied: () => edge.occupied, counts, clock, logger, enough });
      // Its disk may go with it.
      await recordingStore?.moved(enough);
      // Its last word: whether anybody was left on it.
      heart.beat();
    },
    reload() {
      for (const one of following) one.tryToRenew(logger);
    },
    faults: { drainMs: faultDrainMs, count: () => metrics.countFault() },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Returns the URL that browsers are to ask. */
async function startMeasuring(
  { listen, url }: NonNullable<Config['public']>,
  certificates: Certificates | undefined,
  logger: Logger,
  started: AsyncDisposableStack,
): Promise<string> {
  const measuring = await startMeasuringServer({ ...listen, certificates, logger });
  const server = started.adopt(measuring, (running) => running.close());
  const origin = url ?? `${certificates === undefined ? 'http' : 'https'}://${listen.host}:${server.port}`;
  return new URL(measuringPath, origin).href;
}

async function startProbing(
  { edgeId, links }: Config,
  { key, port }: NonNullable<Config['probing']>,
  { clock, logger, metrics }: { clock: Clock; logger: Logger; metrics: Metrics },
) {
  const socket = await ProbeSocket.open({ ip: links.linkIp, port, key, logger });
  const probing = new Probing({
    edgeId,
    token: randomBytes(8).readBigUInt64BE(),
    sender: socket,
    clock,
    countProbe: (fate) => metrics.countProbe(fate),
    countDrop: (why) => metrics.countProbeDrop(why),
  });
  socket.listen({
    admits: (from) => probing.guests.admits(from),
    receive: (probe, from) => probing.receive(probe, from),
    drop: (why) => metrics.countProbeDrop(why),
  });
  return {
    probing,
    address: socket.address,
    [Symbol.dispose]() {
      probing.close();
      socket.close();
    },
  };
}

/** Where others reach what listens here: on every address, it is found where its gRPC is. */
function reachedAt(listening: string, advertised: string): string {
  return listening === '0.0.0.0' || listening === '::' ? advertised : listening;
}
