import type { NeighbourRtt } from '@canopy/proto/bus';
import type { ErrorCode } from '@canopy/runtime/errors';
import { type CertificatesInUse, type Labelled, MetricSet, oncePerScrape } from '@canopy/runtime/metrics';
import type { Refusal } from '@canopy/runtime/tls-listener';
import type { Failover } from '../app/cascade/failover.ts';
import type { EdgeCounts, LinkUsage } from '../app/inspection.ts';
import type { ProbeDrop } from '../app/ports/probes.ts';
import { hottestLoad, type WorkerUsage, workerLoad } from '../core/load/worker-load.ts';

/** What the metrics are read from, at the moment they are asked for. */
export interface MetricsSource {
  workers: () => readonly WorkerUsage[];
  counts: () => EdgeCounts;
  links: () => Promise<readonly LinkUsage[]>;
  egressBps: () => number;
  egressCapacityBps: number;
  draining: () => boolean;
  busConnected: () => boolean;
  /** Seconds to the server of the bus that this edge is connected to, by its name. */
  busRoundTrip: () => Promise<Labelled>;
  neighbours: () => readonly NeighbourRtt[];
  keyFrameRequestDelayMs: number;
  /** Tracks of meetings that are recorded here which are not, for there is no room. */
  leftOutOfRecordings: () => number;
  /** Parts of recordings of which something waits to be moved to where it is kept; undefined: nothing is recorded, or that can't be known. */
  recordedParts: () => Promise<number | undefined>;
  certificates: CertificatesInUse;
}

const gapBuckets = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2, 5];
const bitsPerByte = 8;

/** Prometheus metrics of one edge. Labels take few values: worker indexes, error codes, at most fifty other edges; never meetings, participants or tracks. */
export class Metrics {
  readonly #set = new MetricSet();
  readonly registry = this.#set.registry;
  readonly #pulls = this.#set.counter(
    'canopy_edge_pulls_total',
    'Tracks pulled from a parent, by result (OK or an error code).',
    ['result'],
  );
  readonly #pullTime = this.#set.histogram('canopy_edge_pull_seconds', 'Time until a pulled track was there.', []);
  readonly #failovers = this.#set.counter(
    'canopy_edge_failovers_total',
    'Tracks that changed to their other way by themselves, by cause (lost, silent) and whether media came over it (yes, no).',
    ['cause', 'resumed'],
  );
  readonly #gaps = this.#set.histogram(
    'canopy_edge_failover_gap_seconds',
    'How long nothing arrived here when a track changed to its other way, by cause.',
    ['cause'],
    gapBuckets,
  );
  readonly #keyFrameRequests = this.#set.counter(
    'canopy_edge_keyframe_requests_total',
    'Keyframes that publishers on this edge were asked for.',
    [],
  );
  readonly #workerDeaths = this.#set.counter(
    'canopy_edge_worker_deaths_total',
    'Worker processes that ended by themselves.',
    [],
  );
  readonly #faults = this.#set.counter(
    'canopy_edge_faults_total',
    'Errors in the edge that nobody handled. After the first it is drained for a minute at most, and begins anew.',
    [],
  );
  readonly #tlsRefusals = this.#set.counter(
    'canopy_edge_tls_refusals_total',
    'Who was not let in at the gRPC port: connections by certificate (none, or of another authority) or handshake (no proper TLS), calls by role (the certificate names another role, or another edge).',
    ['why'],
  );
  readonly #busRefusals = this.#set.counter(
    'canopy_edge_bus_refusals_total',
    'What was refused on the bus: permission (the server did not let this edge say or hear something) or sender (a heartbeat under the name of another edge).',
    ['why'],
  );
  readonly #busReconnects = this.#set.counter(
    'canopy_edge_bus_reconnects_total',
    'How often this edge lost its connection to the bus and got it back, to whichever server.',
    [],
  );
  readonly #probes = this.#set.counter(
    'canopy_edge_probes_total',
    'Probes sent to other edges, by their fate (answered, lost).',
    ['fate'],
  );
  readonly #probeDrops = this.#set.counter(
    'canopy_edge_probe_datagrams_dropped_total',
    'Datagrams on the probe port that were not heeded, by reason.',
    ['why'],
  );

  constructor() {
    // What may be counted is there from the beginning: a rate sees the first of it, too.
    this.#pulls.inc({ result: 'OK' }, 0);
    for (const why of ['certificate', 'handshake', 'role'] satisfies Refusal[]) this.#tlsRefusals.inc({ why }, 0);
    for (const why of ['permission', 'sender']) this.#busRefusals.inc({ why }, 0);
    for (const fate of ['answered', 'lost']) this.#probes.inc({ fate }, 0);
    for (const cause of ['lost', 'silent']) {
      this.#gaps.zero({ cause });
      for (const resumed of ['yes', 'no']) this.#failovers.inc({ cause, resumed }, 0);
    }
  }

  countPull(result: 'OK' | ErrorCode, elapsedMs: number): void {
    this.#pulls.inc({ result });
    if (result === 'OK') this.#pullTime.observe(elapsedMs / 1_000);
  }

  countFailover({ cause, gapMs }: Failover): void {
    this.#failovers.inc({ cause, resumed: gapMs === undefined ? 'no' : 'yes' });
    if (gapMs !== undefined) this.#gaps.observe({ cause }, gapMs / 1_000);
  }

  countKeyFrameRequest(): void {
    this.#keyFrameRequests.inc();
  }

  countWorkerDeath(): void {
    this.#workerDeaths.inc();
  }

  countFault(): void {
    this.#faults.inc();
  }

  countTlsRefusal(why: Refusal): void {
    this.#tlsRefusals.inc({ why });
  }

  countBusRefusal(why: 'permission' | 'sender'): void {
    this.#busRefusals.inc({ why });
  }

  countBusReconnect(): void {
    this.#busReconnects.inc();
  }

  countProbe(fate: 'answered' | 'lost'): void {
    this.#probes.inc({ fate });
  }

  countProbeDrop(why: ProbeDrop): void {
    this.#probeDrops.inc({ why });
  }

  /** Adds the gauges that are read from a running edge. */
  observe(source: MetricsSource): void {
    this.#observeWorkers(source);
    this.#observeLinks(source);
    this.#observeCounts(source);
    const gauge = (name: string, help: string, read: () => number | Promise<number | undefined>) =>
      this.#set.gauge(`canopy_edge_${name}`, help, read);
    gauge('load_ratio', 'Load of the hottest worker, 0 to 1.', () => hottestLoad(source.workers()));
    gauge('egress_bytes_per_second', 'Media sent.', () => source.egressBps() / bitsPerByte);
    gauge(
      'egress_capacity_bytes_per_second',
      'Media that may be sent; 0 where that is not known.',
      () => source.egressCapacityBps / bitsPerByte,
    );
    gauge('draining', '1 while no new session is taken.', () => Number(source.draining()));
    gauge('bus_connected', '1 while NATS is connected.', () => Number(source.busConnected()));
    this.#set.labelled(
      'canopy_edge_bus_round_trip_seconds',
      'To the server of the bus that this edge is connected to, by its name; without one, none.',
      'server',
      source.busRoundTrip,
    );
    gauge(
      'keyframe_request_delay_seconds',
      'Least time between two keyframe requests to whoever sends a track.',
      () => source.keyFrameRequestDelayMs / 1_000,
    );
    gauge(
      'recording_tracks_left_out',
      'Tracks of meetings recorded here that are in no recording: this edge records as many as it may.',
      source.leftOutOfRecordings,
    );
    gauge('recorded_parts', 'Parts of recordings of which something waits here to be moved to the store.', () =>
      source.recordedParts(),
    );
    this.#set.certificates(source.certificates);
  }

  #observeWorkers({ workers }: MetricsSource): void {
    const perWorker = (name: string, help: string, read: (worker: WorkerUsage) => number) =>
      this.#set.labelled(`canopy_edge_worker_${name}`, help, 'worker', () =>
        workers().map((worker) => [String(worker.index), read(worker)]),
      );
    perWorker('cpu_ratio', 'Share of one core a worker uses, 0 to 1.', ({ cpu }) => cpu);
    perWorker(
      'load_ratio',
      'Load of a worker: its CPU share, and what consumers too new to be in it may take.',
      workerLoad,
    );
    perWorker('consumers', 'Consumers on a worker.', ({ consumers }) => consumers);
    perWorker('transports', 'Transports on a worker.', ({ transports }) => transports);
    this.#set.gauge('canopy_edge_workers', 'Workers alive.', () => workers().length);
  }

  #observeLinks({ neighbours, links }: MetricsSource): void {
    const perNeighbour = (name: string, help: string, read: (neighbour: NeighbourRtt) => number) =>
      this.#set.labelled(
        `canopy_edge_neighbour_${name}`,
        help,
        'neighbour',
        () => neighbours().map((neighbour) => [neighbour.edgeId, read(neighbour)]),
        'largest',
      );
    perNeighbour('rtt_seconds', 'Round-trip time to another edge, smoothed; 0: it never answered.', ({ rttMs }) => {
      return rttMs / 1_000;
    });
    perNeighbour('loss_ratio', 'Share of the last probes to another edge that came to nothing, 0 to 1.', (one) => {
      return one.loss;
    });
    const usage = oncePerScrape(links);
    const perParent = (name: string, help: string, read: (link: LinkUsage) => number) =>
      this.#set.labelled(`canopy_edge_link_${name}`, help, 'parent', async () =>
        (await usage()).map((link) => [link.parentId, read(link)]),
      );
    perParent('received_bytes_per_second', 'Media that arrives from a parent.', ({ bps }) => bps / bitsPerByte);
    perParent('tracks', 'Tracks that come from a parent, warm backups included.', ({ tracks }) => tracks);
    perParent('layers', 'Simulcast layers that come from a parent.', ({ layers }) => layers);
    perParent(
      'loss_ratio',
      'Share of media packets that did not come from a parent at first, 0 to 1, before what was sent again; what was lost before the parent counts at each link.',
      ({ lossRatio }) => lossRatio,
    );
  }

  #observeCounts({ counts }: MetricsSource): void {
    const counted = oncePerScrape(counts);
    const count = (name: string, help: string, read: (counts: EdgeCounts) => number) =>
      this.#set.gauge(`canopy_edge_${name}`, help, () => read(counted()));
    count('meetings', 'Meetings with anything on this edge.', ({ meetings }) => meetings);
    count('sessions', 'Participants on this edge.', ({ sessions }) => sessions);
    count('published_tracks', 'Tracks whose origin is this edge.', ({ publishedTracks }) => publishedTracks);
    count('pulled_tracks', 'Tracks pulled from other edges.', ({ pulledTracks }) => pulledTracks);
    count('demand', 'Viewers and children that hold tracks, counted for each.', ({ demand }) => demand);
    count('parent_links', 'Links to parents.', ({ parentLinks }) => parentLinks);
    count('child_links', 'Links to children.', ({ childLinks }) => childLinks);
    count(
      'pulled_tracks_hushed',
      'Microphones pulled from other edges that no link carries now: others are louder.',
      (all) => all.hushedTracks,
    );
    count('pulled_layers_carried', 'Simulcast layers of pulled tracks that links carry.', (all) => all.layersCarried);
    count('pulled_layers', 'Simulcast layers of pulled tracks, carried or not.', ({ layersTotal }) => layersTotal);
  }
}
