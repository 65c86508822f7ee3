/** What users are promised, as shares of good events over thirty days (https://sre.google/workbook/alerting-on-slos/). */
export interface Slo {
  /** The value of the label `slo`. */
  name: string;
  title: string;
  /** Share of events that are to be good, below 1. */
  objective: number;
  /** What counts as what, for people. */
  meaning: string;
  /** PromQL for the share of bad events over a window. */
  share: (window: string) => string;
  /** PromQL for the number of bad events in a window of so many seconds. */
  count: (window: string, seconds: number) => string;
  /** What the others are computed from, recorded before them. */
  recorded?: readonly { record: string; expr: string }[];
}

const rate = (series: string, window: string) => `sum(rate(${series}[${window}]))`;

/** Where nothing of a kind happened yet, there is no series of it: that is zero of them. */
const orNone = (expr: string) => `(${expr} or vector(0))`;

/** An objective of events, from PromQL for the bad ones per second over a window, and for all. */
function ofEvents(bad: (window: string) => string, all: (window: string) => string): Pick<Slo, 'share' | 'count'> {
  return {
    share: (window) => `${bad(window)} / ${all(window)}`,
    count: (window, seconds) => `${bad(window)} * ${seconds}`,
  };
}

/** Buckets end at numbers that Prometheus may write with a point or without. */
const within = (histogram: string, seconds: string) => `${histogram}_bucket{le=~"${seconds}"}`;

/**
 * What replicas count, and what they can't: a replica that is down serves nobody and counts nothing. It is one that Prometheus has
 * not reached for a minute, which one that stops or starts as it should is not, and did in the hours before.
 */
function signaling(): Pick<Slo, 'share' | 'count' | 'recorded'> {
  const events = (selector: string, window: string) =>
    ['messages', 'handshakes']
      .map((what) => orNone(rate(`canopy_signal_${what}_total${selector}`, window)))
      .join(' + ');
  const failed = (window: string) => `(${events('{outcome="failed"}', window)})`;
  const replica = 'up{job="canopy-control-plane"}';
  const unreachable = 'canopy:replicas_unreachable:count';
  const shareUnreachable = 'canopy:replicas_unreachable:ratio';
  return {
    share: (window) =>
      `${orNone(`${failed(window)} / ((${events('', window)}) > 0)`)} + ${orNone(`avg_over_time(${shareUnreachable}[${window}])`)}`,
    // Prometheus looks once per evaluation: each look that found a replica away is one.
    count: (window, seconds) =>
      `(${failed(window)} * ${seconds} + ${orNone(`sum_over_time(${unreachable}[${window}])`)})`,
    recorded: [
      {
        record: unreachable,
        expr: orNone(
          `count(${replica} == 0 and max_over_time(${replica}[1m]) == 0 and max_over_time(${replica}[6h]) == 1)`,
        ),
      },
      {
        record: shareUnreachable,
        expr: `${unreachable} / ((${orNone(`count(${replica} == 1)`)} + ${unreachable}) > 0)`,
      },
    ],
  };
}

export const slos: readonly Slo[] = [
  {
    name: 'signaling',
    title: 'Signaling is there',
    objective: 0.9999,
    meaning:
      'A signaling message or a handshake is bad if it failed for a reason of ours. Replicas that can’t be reached count by their share of all.',
    ...signaling(),
  },
  {
    name: 'join-success',
    title: 'Joins succeed',
    objective: 0.999,
    meaning: 'A join is bad if it failed for a reason of ours; a wrong password or a full meeting is none.',
    ...ofEvents(
      (window) => orNone(rate('canopy_joins_total{outcome="failed"}', window)),
      (window) => rate('canopy_joins_total', window),
    ),
  },
  {
    name: 'join-time',
    title: 'Joins are quick',
    objective: 0.99,
    meaning: 'A join is bad if it took more than a second, waiting in a lobby not counted.',
    ...ofEvents(
      (window) =>
        `(${rate('canopy_join_seconds_count', window)} - ${rate(within('canopy_join_seconds', '1|1[.]0'), window)})`,
      (window) => rate('canopy_join_seconds_count', window),
    ),
  },
  {
    name: 'media-gap',
    title: 'Failovers go unnoticed',
    objective: 0.95,
    meaning: 'A failover of a track is bad if nothing arrived for more than 300 ms.',
    ...ofEvents(
      (window) =>
        `(${rate('canopy_edge_failovers_total', window)} - ${rate(within('canopy_edge_failover_gap_seconds', '0[.]3'), window)})`,
      (window) => rate('canopy_edge_failovers_total', window),
    ),
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
