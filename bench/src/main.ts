import { SetupError } from '../../scripts/setup/report.mjs';
import { setUp } from '../../scripts/setup/setup.mjs';
import { readArguments } from './arguments.ts';
import { BenchError } from './bench.ts';
import { describe, listing, loadBench } from './catalogue.ts';
import { requireCommitted, saveResult } from './record.ts';

async function main([name, ...rest]: readonly string[]): Promise<void> {
  if (name === undefined || name === '--help') {
    console.log(await listing());
    return;
  }
  const bench = await loadBench(name);
  if (rest.includes('--help')) {
    console.log(describe(name, bench));
    return;
  }
  const { values, json, save, dirty } = readArguments(name, bench, rest);
  if (save && !dirty) requireCommitted();
  await setUp(bench.needs, 'node');
  const result = await bench.run(values);
  if (save) {
    const file = await saveResult([name, ...argumentOf(bench.argument?.name, values)].join('-'), result);
    console.error(`saved ${file}`);
  }
  console.log(json ? JSON.stringify(result, null, 2) : bench.summary(result));
}

function argumentOf(name: string | undefined, values: Readonly<Record<string, unknown>>): string[] {
  const value = name === undefined ? undefined : values[name];
  return typeof value === 'string' ? [value] : [];
}

// What was done to the machine is undone at the exit.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => process.exit(code));

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof BenchError || error instanceof SetupError ? error.message : error);
  process.exitCode = 1;
}
// The threads behind peers would keep this process alive; what was written is out first.
process.stdout.write('', () => process.exit());
