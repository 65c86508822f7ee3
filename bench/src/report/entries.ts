import { z } from 'zod';
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

/** What is read of a saved result of `bench all`. */
const allSchema = z.object({
  outcomes: z.array(
    z.object({
      name: z.string(),
      options: z.record(z.string(), z.string()),
      seconds: z.number(),
      result: z.looseObject({}).or(z.array(z.unknown())).optional(),
    }),
  ),
});

/**
 * Saved records in the order in which `bench all` runs them; others follow by their names. What `bench all` measured, in its
 * smaller sizes, stands in for what was not measured by itself.
 */
export function entriesOf(records: readonly BenchRecord[]): Entry[] {
  const own = records.filter(({ bench }) => bench !== 'all');
  const standIns = records.filter(({ bench }) => bench === 'all').flatMap(partsOf);
  const missing = standIns.filter(({ bench }) => !own.some((one) => one.bench === bench));
  const order = runs.map(nameOf);
  const place = ({ bench }: Entry) => (order.includes(bench) ? order.indexOf(bench) : order.length);
  return [...own, ...missing].sort((a, b) => place(a) - place(b) || a.bench.localeCompare(b.bench));
}

function partsOf({ result: all, ...when }: BenchRecord): Entry[] {
  return allSchema
    .parse(all)
    .outcomes.flatMap(({ name, result, options, seconds }) =>
      result === undefined ? [] : [{ ...when, bench: name, result, options, seconds }],
    );
}
