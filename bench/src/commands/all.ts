import { type Outcome, runBench } from '../all/run-bench.ts';
import { nameOf, runsOf } from '../all/runs.ts';
import { text, wholeNumber } from '../arguments.ts';
import type { OptionValues } from '../bench.ts';
import { benchNames } from '../catalogue.ts';
import { recordOf } from '../record.ts';
import { defaultReport, writeReport } from '../report/write-report.ts';

export const description = 'runs every bench, in sizes that fit into half an hour on two cores, and writes a report';

export const options = {
  only: { type: 'string', description: 'A,B: benches to run; default: all' },
  minutes: { type: 'string', default: '29', description: 'N: what is not begun by then is left out' },
  report: { type: 'string', default: defaultReport, description: 'FILE: where the HTML report goes' },
} as const;

export interface AllResult {
  seconds: number;
  outcomes: Outcome[];
  report: string;
}

export async function run(values: OptionValues): Promise<AllResult> {
  const only = text(values, 'only')?.split(',');
  const minutes = wholeNumber(values, 'minutes', 1, 1_440) ?? 29;
  const wanted = runsOf(await benchNames()).filter(({ bench }) => only?.includes(bench) ?? true);
  const startedAt = performance.now();
  const passedS = () => (performance.now() - startedAt) / 1_000;
  const outcomes: Outcome[] = [];
  for (const [at, one] of wanted.entries()) {
    const leftS = minutes * 60 - passedS();
    const name = nameOf(one);
    console.error(`\n${at + 1} of ${wanted.length}: ${name}`);
    const outcome =
      leftS > 0
        ? await runBench(one, leftS)
        : { name, bench: one.bench, options: {}, seconds: 0, failure: `There was no time left of ${minutes} minutes.` };
    console.error(`${name}: ${outcome.failure ?? `done in ${outcome.seconds} s`}`);
    outcomes.push(outcome);
  }
  const report = text(values, 'report') ?? defaultReport;
  await writeReport(
    report,
    outcomes.map(({ name, result, ...rest }) => ({ ...rest, ...recordOf(name, result ?? {}) })),
  );
  return { seconds: Math.round(passedS()), outcomes, report };
}

export function summary({ seconds, outcomes, report }: AllResult): string {
  const lines = outcomes.map(({ name, seconds, failure }) => `${name.padEnd(32)} ${failure ?? `${seconds} s`}`);
  return [...lines, `${Math.ceil(seconds / 60)} minutes; report: ${report}`].join('\n');
}
