import { type Outcome, runBench } from '../all/run-bench.ts';
import { nameOf, type Run, runsOf } from '../all/runs.ts';
import { saveBeside } from '../all/save-beside.ts';
import { text, wholeNumber } from '../arguments.ts';
import type { OptionValues } from '../bench.ts';
import { benchNames } from '../catalogue.ts';
import { type Circumstances, circumstances } from '../record.ts';
import { defaultReport, writeReport } from '../report/write-report.ts';

export const description =
  'runs every bench, in sizes that fit into half an hour on two cores, and writes what they measured as JSON and as a report';

export const needs = 'browser';

export const options = {
  only: { type: 'string', description: 'A,B: benches to run; default: all' },
  minutes: { type: 'string', default: '29', description: 'N: what is not begun by then is left out' },
  report: {
    type: 'string',
    default: defaultReport,
    description: 'FILE: where the HTML report goes, and the JSON beside it',
  },
} as const;

export interface AllResult extends Circumstances {
  seconds: number;
  outcomes: Outcome[];
}

export async function run(values: OptionValues): Promise<AllResult> {
  const only = text(values, 'only')?.split(',');
  const minutes = wholeNumber(values, 'minutes', 1, 1_440) ?? 29;
  const wanted = runsOf(await benchNames()).filter(({ bench }) => only?.includes(bench) ?? true);
  const when = circumstances();
  const startedAt = performance.now();
  const passedS = () => (performance.now() - startedAt) / 1_000;
  const outcomes: Outcome[] = [];
  const measured = new Map<string, object>();
  for (const [at, { optionsFrom, ...one }] of wanted.entries()) {
    console.error(`\n${at + 1} of ${wanted.length}: ${nameOf(one)}`);
    const leftS = minutes * 60 - passedS();
    const run = { ...one, options: { ...one.options, ...optionsFrom?.(measured) } };
    const outcome = leftS > 0 ? await runBench(run, leftS) : leftOut(one, minutes);
    console.error(`${outcome.name}: ${outcome.failure ?? `done in ${outcome.seconds} s`}`);
    outcomes.push(outcome);
    if (outcome.result !== undefined) measured.set(outcome.name, outcome.result);
  }
  if (outcomes.some(({ failure }) => failure !== undefined)) process.exitCode = 1;
  const entries = outcomes.map(({ name, result = {}, ...rest }) => ({ ...rest, ...when, bench: name, result }));
  const report = text(values, 'report') ?? defaultReport;
  const result = { ...when, seconds: Math.round(passedS()), outcomes };
  await saveBeside(report, result);
  await writeReport(report, entries);
  return result;
}

function leftOut(run: Run, minutes: number): Outcome {
  return { name: nameOf(run), options: {}, seconds: 0, failure: `There was no time left of ${minutes} minutes.` };
}

export function summary({ seconds, outcomes }: AllResult): string {
  const lines = outcomes.map(({ name, seconds, failure }) => `${name.padEnd(32)} ${failure ?? `${seconds} s`}`);
  return [...lines, `${Math.ceil(seconds / 60)} minutes`].join('\n');
}
