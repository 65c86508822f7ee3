import type { NeighbourRtt } from '@canopy/proto/bus';
import type { ErrorCode } from '@canopy/runtime/errors';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { EdgeCounts } from '../app/inspection.ts';
import type { ProbeDrop } from '../app/ports/probes.ts';
import { edgeLoad, type WorkerUsage } from '../core/load/worker-load.ts';

/** What the metrics are read from, at the moment they are asked for. */
export interface MetricsSource {
  workers(): readonly WorkerUsage[];
  counts(): EdgeCounts;
  egressBps(): number;
  draining(): boolean;
  busConnected(): boolean;
  neighbours(): readonly NeighbourRtt[];
  keyFrameRequestDelayMs: number;
}

/** Prometheus metrics of one edge. Labels take few values: worker indexes, error codes, at most fifty neighbours; never meetings or participants. */
export class Metrics {
  readonly registry = new Registry();
  readonly #pulls: Counter<'result'>;
  readonly #workerDeaths: Counter;
  readonly #tlsRefusals: Counter<'why'>;
  readonly #probes: Counter<'fate'>;
  readonly #probeDrops: Counter<'why'>;

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'canopy_edge_' });
    const registers = [this.registry];
    this.#pulls = new Counter({
      name: 'canopy_edge_pulls_total',
      help: 'Tracks pulled from a parent, by result (OK or an error code).',
      labelNames: ['result'],
      registers,
    });
    this.#workerDeaths = new Counter({
      name: 'canopy_edge_worker_deaths_total',
      help: 'Worker processes that ended by themselves.',
      registers,
    });
    this.#tlsRefusals = new Counter({
      name: 'canopy_edge_tls_refusals_total',
      help: 'Connections to the gRPC port that were not let in: certificate (none, or of another authority) or handshake (no proper TLS).',
      labelNames: ['why'],
      registers,
    });
    this.#probes = new Counter({
      name: 'canopy_edge_probes_total',
      help: 'Probes sent to other edges, by their fate (answered, lost).',
      labelNames: ['fate'],
      registers,
    });
    this.#probeDrops = new Counter({
      name: 'canopy_edge_probe_datagrams_dropped_total',
      help: 'Datagrams on the probe port that were not heeded, by reason.',
      labelNames: ['why'],
      registers,
    });
  }

  countPull(result: 'OK' | ErrorCode): void {
    this.#pulls.inc({ result });
  }

  countWorkerDeath(): void {
    this.#workerDeaths.inc();
  }

  countTlsRefusal(why: 'certificate' | 'handshake'): void {
    this.#tlsRefusals.inc({ why });
  }

  countProbe(fate: 'answered' | 'lost'): void {
    this.#probes.inc({ fate });
  }

  countProbeDrop(why: ProbeDrop): void {
    this.#probeDrops.inc({ why });
  }

  /** Adds the gauges that are read from a running edge. */
  observe(source: MetricsSource): void {
    const perWorker = (read: (worker: WorkerUsage) => number) => () =>
      source.workers().map((worker) => [String(worker.index), read(worker)] as const);
    this.#labelled(
      'worker_cpu',
      'Share of one core a worker uses, 0 to 1.',
      'worker',
      perWorker(({ cpu }) => cpu),
    );
    this.#labelled(
      'worker_consumers',
      'Consumers on a worker.',
      'worker',
      perWorker(({ consumers }) => consumers),
    );
    this.#labelled(
      'worker_transports',
      'Transports on a worker.',
      'worker',
      perWorker(({ transports }) => transports),
    );
    const perNeighbour = (read: (neighbour: NeighbourRtt) => number) => () =>
      source.neighbours().map((neighbour) => [neighbour.edgeId, read(neighbour)] as const);
    this.#labelled(
      'neighbour_rtt_seconds',
      'Round-trip time to another edge, smoothed; 0: it never answered.',
      'neighbour',
      perNeighbour(({ rttMs }) => rttMs / 1_000),
    );
    this.#labelled(
      'neighbour_loss',
      'Share of the last probes to another edge that came to nothing, 0 to 1.',
      'neighbour',
      perNeighbour(({ loss }) => loss),
    );
    this.#gauge('workers', 'Workers alive.', () => source.workers().length);
    this.#gauge('load', 'Load of the hottest worker, 0 to 1.', () => edgeLoad(source.workers()));
    this.#gauge('egress_bits_per_second', 'Media sent, bit/s.', () => source.egressBps());
    this.#gauge('meetings', 'Meetings with anything on this edge.', () => source.counts().meetings);
    this.#gauge('sessions', 'Participants on this edge.', () => source.counts().sessions);
    this.#gauge('published_tracks', 'Tracks whose origin is this edge.', () => source.counts().publishedTracks);
    this.#gauge('pulled_tracks', 'Tracks pulled from other edges.', () => source.counts().pulledTracks);
    this.#gauge('parent_links', 'Links to parents.', () => source.counts().parentLinks);
    this.#gauge('link_layers_carried', 'Simulcast layers that links from parents carry.', () => {
      return source.counts().layersCarried;
    });
    this.#gauge('link_layers', 'Simulcast layers of the tracks that come over them, carried or not.', () => {
      return source.counts().layersTotal;
    });
    this.#gauge('child_links', 'Links to children.', () => source.counts().childLinks);
    this.#gauge('draining', '1 while no new session is taken.', () => Number(source.draining()));
    this.#gauge('bus_connected', '1 while NATS is connected.', () => Number(source.busConnected()));
    this.#gauge(
      'keyframe_request_delay_seconds',
      'Least time between two keyframe requests to whoever sends a track.',
      () => source.keyFrameRequestDelayMs / 1_000,
    );
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `canopy_edge_${name}`,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  #labelled(name: string, help: string, label: string, read: () => readonly (readonly [string, number])[]): void {
    new Gauge({
      name: `canopy_edge_${name}`,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [key, value] of read()) this.set({ [label]: key }, value);
      },
    });
  }
}
