import { nameOf, runs } from '../all/runs.ts';
import type { BenchRecord } from '../record.ts';

/** One section of a report. */
export interface Entry extends BenchRecord {
  /** Given to it, where that is known. */
  options?: Readonly<Record<string, string>>;
  seconds?: number;
  /** Instead of a result. */
  failure?: string;
}

/** Saved records in the order in which `bench all` runs them; others follow by their names. */
export function entriesOf(records: readonly BenchRecord[]): Entry[] {
  const order = runs.map(nameOf);
  const place = ({ bench }: BenchRecord) => (order.includes(bench) ? order.indexOf(bench) : order.length);
  return [...records].sort((a, b) => place(a) - place(b) || a.bench.localeCompare(b.bench));
}
