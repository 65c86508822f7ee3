import type { MigrateReason } from '@canopy/proto/signal';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { JoinStage } from '../../app/session/join.ts';
import type { EdgeRecord } from '../../core/edges/edge-record.ts';
import { reasonName } from '../../core/meeting/session.ts';
import type { PlacementDecision } from '../../core/placement/types.ts';

export interface MetricSources {
  connections(): number;
  rooms(): number;
  edges(): readonly EdgeRecord[];
}

const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What Prometheus scrapes; one registry per control plane, so that two can live in one process. */
export class Metrics {
  readonly registry = new Registry();
  readonly #joins = this.#counter('canopy_joins_total', 'Joins by their result', ['result']);
  readonly #stages = this.#histogram('canopy_join_stage_seconds', 'Time of each stage of a join', ['stage']);
  readonly #placements = this.#counter('canopy_placements_total', 'Placements by the rule that decided', ['rule']);
  readonly #plans = this.#histogram('canopy_plan_seconds', 'Time to make a plan and put it in force', []);
  readonly #moves = this.#counter('canopy_moves_total', 'Moves of participants to other edges', ['reason', 'result']);
  readonly #rebalances = this.#counter('canopy_rebalances_total', 'Looks at an overloaded edge by what came of them', [
    'result',
  ]);
  readonly #events = this.#counter('canopy_meeting_events_total', 'Meeting events this replica appended', []);

  constructor() {
    // With it comes nodejs_eventloop_lag_seconds.
    collectDefaultMetrics({ register: this.registry });
  }

  moved(reason: MigrateReason, result: string): void {
    this.#moves.inc({ reason: reasonName(reason), result });
  }

  rebalanced(result: string): void {
    this.#rebalances.inc({ result });
  }

  joined(result: string): void {
    this.#joins.inc({ result });
  }

  joinStage(stage: JoinStage, elapsedMs: number): void {
    this.#stages.observe({ stage }, elapsedMs / 1000);
  }

  placed({ rule }: PlacementDecision): void {
    this.#placements.inc({ rule });
  }

  planned(elapsedMs: number): void {
    this.#plans.observe(elapsedMs / 1000);
  }

  appended(events: number): void {
    this.#events.inc(events);
  }

  /** Gauges that are read when scraped. */
  observe(sources: MetricSources): void {
    this.#gauge('canopy_signal_connections', 'Open WebSocket connections', () => sources.connections());
    this.#gauge('canopy_rooms', 'Meetings with a connection here', () => sources.rooms());
    const edges = new Gauge({
      name: 'canopy_edges',
      help: 'Edges by what this replica knows of them',
      labelNames: ['status'],
      registers: [this.registry],
      collect() {
        edges.reset();
        for (const { status, quarantine } of sources.edges())
          edges.inc({ status: status === 'alive' && quarantine.state === 'quarantined' ? 'quarantined' : status });
      },
    });
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]) {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram<Label extends string>(name: string, help: string, labelNames: Label[]) {
    return new Histogram({ name, help, labelNames, buckets: latencyBuckets, registers: [this.registry] });
  }

  #gauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({ name, help, registers: [this.registry], collect: () => gauge.set(read()) });
  }
}
