/** One query of a panel. In `expr` may stand `$rate`, the window that suits the scrape interval, and the dashboard's variables. */
export interface Query {
  expr: string;
  /** How its lines are named, like `{{region}}`. */
  legend: string;
}

/** Grafana's names of units. */
type Unit = 's' | 'percentunit' | 'Bps' | 'short' | 'ops' | 'currencyUSD' | 'dateTimeFromNow';

export interface Panel {
  title: string;
  description?: string;
  unit: Unit;
  queries: readonly Query[];
  /** `stat`: one large number; else lines over time. */
  as?: 'stat';
}

/** A box with a few words, and links. */
export interface Note {
  title: string;
  markdown: string;
}

/** Something the reader chooses: a value of a label, or a text. */
export type Variable = { name: string; label: string } & ({ metric: string; of: string } | { text: string });

export interface Dashboard {
  /** Also the name of its file. */
  uid: string;
  title: string;
  description: string;
  variables?: readonly Variable[];
  notes?: readonly Note[];
  panels: readonly Panel[];
}

/** Rate of events per second, by some labels. */
export function perSecond(series: string, ...by: string[]): string {
  return `sum ${byLabels(by)}(rate(${series}[$rate]))`;
}

/** A quantile of a histogram, by some labels. */
export function quantile(share: number, histogram: string, ...by: string[]): string {
  return `histogram_quantile(${share}, sum ${byLabels(['le', ...by])}(rate(${histogram}[$rate])))`;
}

/** The mean of what a histogram saw. */
export function mean(histogram: string): string {
  return `sum(rate(${histogram}_sum[$rate])) / sum(rate(${histogram}_count[$rate]))`;
}

/** Median and 95th percentile of a histogram. */
export function halfAndMost(histogram: string): Query[] {
  return [
    { expr: quantile(0.5, `${histogram}_bucket`), legend: 'p50' },
    { expr: quantile(0.95, `${histogram}_bucket`), legend: 'p95' },
  ];
}

function byLabels(labels: readonly string[]): string {
  return labels.length === 0 ? '' : `by (${labels.join(', ')}) `;
}
