import type { ErrorCode } from '@canopy/runtime/errors';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { EdgeCounts } from '../app/inspection.ts';
import { edgeLoad, type WorkerUsage } from '../core/load/worker-load.ts';

/** What the metrics are read from, at the moment they are asked for. */
export interface MetricsSource {
  workers(): readonly WorkerUsage[];
  counts(): EdgeCounts;
  egressBps(): number;
  draining(): boolean;
  busConnected(): boolean;
  keyFrameRequestDelayMs: number;
}

/** Prometheus metrics of one edge. Labels take few values: worker indexes and error codes, never meetings or participants. */
export class Metrics {
  readonly registry = new Registry();
  readonly #pulls: Counter<'result'>;
  readonly #workerDeaths: Counter;

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
  }

  countPull(result: 'OK' | ErrorCode): void {
    this.#pulls.inc({ result });
  }

  countWorkerDeath(): void {
    this.#workerDeaths.inc();
  }

  /** Adds the gauges that are read from a running edge. */
  observe(source: MetricsSource): void {
    this.#perWorker('worker_cpu', 'Share of one core a worker uses, 0 to 1.', source, ({ cpu }) => cpu);
    this.#perWorker('worker_consumers', 'Consumers on a worker.', source, ({ consumers }) => consumers);
    this.#perWorker('worker_transports', 'Transports on a worker.', source, ({ transports }) => transports);
    this.#gauge('workers', 'Workers alive.', () => source.workers().length);
    this.#gauge('load', 'Load of the hottest worker, 0 to 1.', () => edgeLoad(source.workers()));
    this.#gauge('egress_bits_per_second', 'Media sent, bit/s.', () => source.egressBps());
    this.#gauge('meetings', 'Meetings with anything on this edge.', () => source.counts().meetings);
    this.#gauge('sessions', 'Participants on this edge.', () => source.counts().sessions);
    this.#gauge('published_tracks', 'Tracks whose origin is this edge.', () => source.counts().publishedTracks);
    this.#gauge('pulled_tracks', 'Tracks pulled from other edges.', () => source.counts().pulledTracks);
    this.#gauge('parent_links', 'Links to parents.', () => source.counts().parentLinks);
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

  #perWorker(name: string, help: string, source: MetricsSource, read: (worker: WorkerUsage) => number): void {
    new Gauge({
      name: `canopy_edge_${name}`,
      help,
      labelNames: ['worker'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const worker of source.workers()) this.set({ worker: String(worker.index) }, read(worker));
      },
    });
  }
}
