import { text } from '../arguments.ts';
import type { OptionValues } from '../bench.ts';
import { savedRecords } from '../record.ts';
import { entriesOf } from '../report/entries.ts';
import { defaultReport, writeReport } from '../report/write-report.ts';

export const description = 'writes the HTML report of what is saved in bench/results, and measures nothing';

export const needs = 'node';

export const options = {
  report: { type: 'string', default: defaultReport, description: 'FILE: where it goes' },
} as const;

export interface ReportResult {
  benches: string[];
}

export async function run(values: OptionValues): Promise<ReportResult> {
  const entries = entriesOf(await savedRecords());
  await writeReport(text(values, 'report') ?? defaultReport, entries);
  return { benches: entries.map(({ bench }) => bench) };
}

export function summary({ benches }: ReportResult): string {
  return benches.join(', ');
}
