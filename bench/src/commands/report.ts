import { text } from '../arguments.ts';
import type { OptionValues } from '../bench.ts';
import { savedRecords } from '../record.ts';
import { entriesOf } from '../report/entries.ts';
import { type Verdict, verdicts } from '../report/reliability.ts';
import { defaultReport, writeReport } from '../report/write-report.ts';

export const description = 'writes the HTML report of what is saved in bench/results, and measures nothing';

export const needs = 'node';

export const options = {
  report: { type: 'string', default: defaultReport, description: 'FILE: where it goes' },
} as const;

export interface ReportResult {
  benches: string[];
  /** What is promised when something is lost. */
  reliability: Verdict[];
}

export async function run(values: OptionValues): Promise<ReportResult> {
  const entries = entriesOf(await savedRecords());
  await writeReport(text(values, 'report') ?? defaultReport, entries);
  return { benches: entries.map(({ bench }) => bench), reliability: verdicts(entries) };
}

export function summary({ benches, reliability }: ReportResult): string {
  const lines = reliability.map(({ loss, promise, verdict, measured }) => {
    const missed = measured.filter(({ kept }) => !kept).map(({ what, measured: figure }) => `${what} ${figure}`);
    return `${verdict.padEnd(12)} ${loss}: ${promise}${missed.length === 0 ? '' : `; ${missed.join('; ')}`}`;
  });
  return [benches.join(', '), ...lines].join('\n');
}
