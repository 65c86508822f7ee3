import { MigrateReason } from '@canopy/proto/signal';
import { type ErrorCode, errorClass } from '@canopy/runtime/errors';
import { type CertificatesInUse, type Labelled, MetricSet, oncePerScrape } from '@canopy/runtime/metrics';
import type { Refusal } from '@canopy/runtime/tls-listener';
import type { JoinStage } from '../../app/session/join.ts';
import type { EdgeRecord } from '../../core/edges/edge-record.ts';
import { reasonName } from '../../core/meeting/session.ts';
import { type PlacementDecision, placementRules } from '../../core/placement/types.ts';
import type { PlanFigures } from '../../core/routing/plan-figures.ts';

export interface MetricSources {
  connections: () => number;
  rooms: () => readonly { sessions(): readonly unknown[] }[];
  edges: () => readonly EdgeRecord[];
  services: () => Readonly<Record<'database' | 'redis' | 'bus', () => Promise<boolean>>>;
  /** Seconds to the server of the bus that this replica is connected to, by its name. */
  busRoundTrip: () => Promise<Labelled>;
  /** A one for each server of the bus that answers, by its name. */
  busServers: () => Promise<Labelled>;
  /** When the data of the oldest GeoIP database was put together, ms; undefined: there is none. */
  geoBuiltAt: () => number | undefined;
  /** Undefined while that can't be known, or where nothing is recorded. */
  recordings: () => Promise<{ uncomposedMs: number; failed: number } | undefined>;
  /** Undefined: without TLS. */
  certificates: CertificatesInUse['mesh'];
}

const wayBuckets = [0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
const stretchBuckets = [1, 1.01, 1.02, 1.05, 1.1, 1.2, 1.5, 2, 3];
const depthBuckets = [1, 2, 3, 4, 5];
const dollarBuckets = [0, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

const moveReasons = Object.values(MigrateReason).filter((reason) => reason !== MigrateReason.UNSPECIFIED);

/** What Prometheus scrapes; one registry per control plane, so that two can live in one process. Labels take few values; never meetings, participants or tracks. */
export class Metrics {
  readonly #set = new MetricSet();
  readonly registry = this.#set.registry;
  readonly #joins = this.#set.counter(
    'canopy_joins_total',
    'Joins by their result (ok or an error code) and outcome: ok, refused (the client or the meeting is why), failed (we are).',
    ['result', 'outcome'],
  );
  readonly #joinTime = this.#set.traced(
    'canopy_join_seconds',
    'Time of a join that came to an end, but for waiting at the door. Exemplars lead to traces.',
  );
  readonly #stages = this.#set.histogram('canopy_join_stage_seconds', 'Time of each stage of a join.', ['stage']);
  readonly #handshakes = this.#set.counter(
    'canopy_signal_handshakes_total',
    'Signaling connections asked for, by outcome: ok, refused (the client is why), failed (we are).',
    ['outcome'],
  );
  readonly #messages = this.#set.counter(
    'canopy_signal_messages_total',
    'Signaling messages served, by name and outcome (ok, refused, failed).',
    ['message', 'outcome'],
  );
  readonly #messageTime = this.#set.histogram(
    'canopy_signal_message_seconds',
    'Time to serve a signaling message. A join waits in it as long as the lobby does.',
    ['message'],
    [0.005, 0.025, 0.1, 0.5, 2.5],
  );
  readonly #placements = this.#set.counter('canopy_placements_total', 'Placements by the rule that decided.', ['rule']);
  readonly #regret = this.#set.histogram(
    'canopy_placement_regret_seconds',
    'How much longer the way over the chosen edge is than over the best that is there and allowed.',
    [],
    wayBuckets,
  );
  readonly #plans = this.#set.histogram('canopy_plan_seconds', 'Time to make a plan and put it in force.', []);
  readonly #depths = this.#set.histogram(
    'canopy_cascade_depth',
    'Links between an origin and each edge of its cascade, of plans made.',
    [],
    depthBuckets,
  );
  readonly #stretches = this.#set.histogram(
    'canopy_cascade_stretch_ratio',
    'Latency of each edge’s path over the shortest possible, of plans made.',
    [],
    stretchBuckets,
  );
  readonly #costs = this.#set.histogram(
    'canopy_cascade_cost_dollars_per_gigabyte',
    'List price of carrying one GB from an origin to everybody, of cascades planned.',
    [],
    dollarBuckets,
  );
  readonly #moves = this.#set.counter(
    'canopy_moves_total',
    'Moves of participants to other edges, by why and result.',
    ['reason', 'result'],
  );
  readonly #rebalances = this.#set.counter(
    'canopy_rebalances_total',
    'Looks at an overloaded edge by what came of them.',
    ['result'],
  );
  readonly #events = this.#set.counter('canopy_meeting_events_total', 'Meeting events this replica appended.', []);
  readonly #eventLag = this.#set.histogram(
    'canopy_meeting_event_lag_seconds',
    'From the announcement of a meeting event, by whatever replica, until it is heard here; by the clocks of both.',
    [],
  );

  readonly #tlsRefusals = this.#set.counter(
    'canopy_tls_refusals_total',
    'Who was not let in at the gRPC port: connections by certificate (none, or of another authority) or handshake (no proper TLS), calls by role (the certificate names another role, or another edge).',
    ['why'],
  );
  readonly #busRefusals = this.#set.counter(
    'canopy_bus_refusals_total',
    'What was refused on the bus: permission (the server did not let this replica say or hear something) or sender (an edge that spoke under the name of another).',
    ['why'],
  );
  readonly #busReconnects = this.#set.counter(
    'canopy_bus_reconnects_total',
    'How often this replica lost its connection to the bus and got it back, to whichever server.',
    [],
  );

  constructor() {
    // What may be counted is there from the beginning: a rate sees the first of it, too.
    this.#joins.inc({ result: 'ok', outcome: 'ok' }, 0);
    for (const outcome of ['ok', 'refused', 'failed']) this.#handshakes.inc({ outcome }, 0);
    for (const rule of placementRules) this.#placements.inc({ rule }, 0);
    for (const reason of moveReasons)
      for (const result of ['begun', 'done', 'late']) this.#moves.inc({ reason: reasonName(reason), result }, 0);
    this.#rebalances.inc({ result: 'moved' }, 0);
    for (const why of ['certificate', 'handshake', 'role'] satisfies Refusal[]) this.#tlsRefusals.inc({ why }, 0);
    for (const why of ['permission', 'sender']) this.#busRefusals.inc({ why }, 0);
  }

  tlsRefused(why: Refusal): void {
    this.#tlsRefusals.inc({ why });
  }

  busRefused(why: 'permission' | 'sender'): void {
    this.#busRefusals.inc({ why });
  }

  busReconnected(): void {
    this.#busReconnects.inc();
  }

  moved(reason: MigrateReason, result: string): void {
    this.#moves.inc({ reason: reasonName(reason), result });
  }

  rebalanced(result: string): void {
    this.#rebalances.inc({ result });
  }

  joined(result: 'ok' | ErrorCode, elapsedMs: number): void {
    this.#joins.inc({ result, outcome: outcomeOf(result) });
    if (result === 'ok') this.#joinTime(elapsedMs / 1000);
  }

  joinStage(stage: JoinStage, elapsedMs: number): void {
    this.#stages.observe({ stage }, elapsedMs / 1000);
  }

  handshake(result: 'ok' | ErrorCode): void {
    this.#handshakes.inc({ outcome: outcomeOf(result) });
  }

  served(message: string, result: 'ok' | ErrorCode, elapsedMs: number): void {
    this.#messages.inc({ message, outcome: outcomeOf(result) });
    this.#messageTime.observe({ message }, elapsedMs / 1000);
  }

  placed({ rule, regretMs }: PlacementDecision): void {
    this.#placements.inc({ rule });
    if (regretMs !== undefined) this.#regret.observe(regretMs / 1000);
  }

  planned({ depths, stretches, usdPerGb }: PlanFigures, elapsedMs: number): void {
    this.#plans.observe(elapsedMs / 1000);
    for (const depth of depths) this.#depths.observe(depth);
    for (const stretch of stretches) this.#stretches.observe(stretch);
    for (const cost of usdPerGb) this.#costs.observe(cost);
  }

  appended(events: number): void {
    this.#events.inc(events);
  }

  eventHeard(lagMs: number): void {
    this.#eventLag.observe(lagMs / 1000);
  }

  /** Gauges that are read when scraped. */
  observe(sources: MetricSources): void {
    const { connections, rooms, edges, services, busRoundTrip, busServers, geoBuiltAt, recordings, certificates } =
      sources;
    this.#set.gauge('canopy_signal_connections', 'Open WebSocket connections.', connections);
    this.#set.gauge('canopy_signal_sessions', 'Participants connected here.', () =>
      rooms().reduce((sum, room) => sum + room.sessions().length, 0),
    );
    this.#set.gauge('canopy_rooms', 'Meetings with a connection here.', () => rooms().length);
    this.#set.labelled('canopy_edges', 'Edges by what this replica knows of them.', 'status', () => byStatus(edges()));
    this.#set.labelled('canopy_service_up', '1 while a service answers this replica.', 'service', () =>
      Promise.all(Object.entries(services()).map(async ([name, answers]) => [name, Number(await answers())] as const)),
    );
    this.#set.labelled(
      'canopy_bus_round_trip_seconds',
      'To the server of the bus that this replica is connected to, by its name; without one, none.',
      'server',
      busRoundTrip,
    );
    this.#set.labelled(
      'canopy_bus_server_up',
      '1 for each server of the bus that answers this replica, whoever is connected to it; none where replicas may not ask.',
      'server',
      busServers,
    );
    this.#set.gauge(
      'canopy_geo_database_build_timestamp_seconds',
      'When the data of the oldest GeoIP database was put together, Unix time.',
      () => {
        const builtAt = geoBuiltAt();
        return builtAt === undefined ? undefined : builtAt / 1000;
      },
    );
    const figures = oncePerScrape(recordings);
    this.#set.gauge(
      'canopy_recording_uncomposed_seconds',
      'Of recordings that ended and are no file yet: how long ago the first of them ended.',
      async () => {
        const found = await figures();
        return found && found.uncomposedMs / 1000;
      },
    );
    this.#set.gauge(
      'canopy_recordings_failed',
      'Recordings that were given up within a day or so: they became no file, though there was something in them.',
      async () => (await figures())?.failed,
    );
    this.#set.certificates({ mesh: certificates, public: undefined });
  }
}

/** Whose doing a result is. */
function outcomeOf(result: 'ok' | ErrorCode): 'ok' | 'refused' | 'failed' {
  if (result === 'ok') return 'ok';
  return errorClass(result).http >= 500 ? 'failed' : 'refused';
}

function byStatus(edges: readonly EdgeRecord[]): [string, number][] {
  const counts = { alive: 0, silent: 0, dead: 0, quarantined: 0, foreign: 0 };
  for (const { status, quarantine, understood } of edges) {
    if (status !== 'alive') counts[status] += 1;
    else if (!understood) counts.foreign += 1;
    else counts[quarantine.state === 'quarantined' ? 'quarantined' : 'alive'] += 1;
  }
  return Object.entries(counts);
}
