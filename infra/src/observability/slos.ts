/** What users are promised, as shares of good events over thirty days (https://sre.google/workbook/alerting-on-slos/). */
export interface Slo {
  /** The value of the label `slo`. */
  name: string;
  title: string;
  /** Share of events that are to be good, below 1. */
  objective: number;
  /** What counts as what, for people. */
  meaning: string;
  /** PromQL for bad events per second over a window. */
  bad: (window: string) => string;
  /** The same for all events. */
  all: (window: string) => string;
}

const rate = (series: string, window: string) => `sum(rate(${series}[${window}]))`;

/** Where nothing of a kind happened yet, there is no series of it: that is zero of them. */
const orNone = (expr: string) => `(${expr} or vector(0))`;

/** Buckets end at numbers that Prometheus may write with a point or without. */
const within = (histogram: string, seconds: string) => `${histogram}_bucket{le=~"${seconds}"}`;

export const slos: readonly Slo[] = [
  {
    name: 'signaling',
    title: 'Signaling is there',
    objective: 0.9999,
    meaning: 'A signaling message is bad if it failed for a reason of ours.',
    bad: (window) => orNone(rate('canopy_signal_messages_total{outcome="failed"}', window)),
    all: (window) => rate('canopy_signal_messages_total', window),
  },
  {
    name: 'join-success',
    title: 'Joins succeed',
    objective: 0.999,
    meaning: 'A join is bad if it failed for a reason of ours; a wrong password or a full meeting is none.',
    bad: (window) => orNone(rate('canopy_joins_total{outcome="failed"}', window)),
    all: (window) => rate('canopy_joins_total', window),
  },
  {
    name: 'join-time',
    title: 'Joins are quick',
    objective: 0.99,
    meaning: 'A join is bad if it took more than a second, waiting in a lobby not counted.',
    bad: (window) =>
      `(${rate('canopy_join_seconds_count', window)} - ${rate(within('canopy_join_seconds', '1|1[.]0'), window)})`,
    all: (window) => rate('canopy_join_seconds_count', window),
  },
  {
    name: 'media-gap',
    title: 'Failovers go unnoticed',
    objective: 0.95,
    meaning: 'A failover of a track is bad if nothing arrived for more than 300 ms.',
    bad: (window) =>
      `(${rate('canopy_edge_failovers_total', window)} - ${rate(within('canopy_edge_failover_gap_seconds', '0[.]3'), window)})`,
    all: (window) => rate('canopy_edge_failovers_total', window),
  },
];

/** A budget that burns so many times too fast is told when both windows show it: the short one ends the alert soon after. `seconds` are those of the long one. */
export const burnRates = [
  { factor: 14.4, long: '1h', seconds: 3_600, short: '5m', severity: 'page' },
  { factor: 6, long: '6h', seconds: 21_600, short: '30m', severity: 'page' },
  { factor: 3, long: '1d', seconds: 86_400, short: '2h', severity: 'ticket' },
  { factor: 1, long: '3d', seconds: 259_200, short: '6h', severity: 'ticket' },
] as const;

/** The recorded series that holds the share of bad events over a window. */
export function errorRatio(window: string): string {
  return `canopy:slo_errors:ratio_rate${window}`;
}
