import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, BenchError, type OptionValues } from './bench.ts';

export interface BenchArguments {
  values: OptionValues;
  /** Print the result as JSON and nothing else. */
  json: boolean;
  /** Write the result to bench/results. */
  save: boolean;
  /** Even if the working tree has changes that are not committed. */
  dirty: boolean;
}

/** Reads what follows the bench's name on the command line. */
export function readArguments(name: string, bench: Bench, args: readonly string[]): BenchArguments {
  const { argument } = bench;
  const { values, positionals } = parse(name, bench, args);
  const { json, save, dirty, ...own } = values;
  const [word, ...rest] = positionals;
  const surplus = argument === undefined ? word : rest[0];
  if (surplus !== undefined) throw new BenchError(`${name} does not know what to do with "${surplus}".`);
  const given = argument === undefined || word === undefined ? {} : { [argument.name]: word };
  return { values: { ...own, ...given }, json: json === true, save: save === true, dirty: dirty === true };
}

function parse(name: string, bench: Bench, args: readonly string[]) {
  const own = Object.entries(bench.options).map(([option, { type, default: fallback }]) => {
    return [option, fallback === undefined ? { type } : { type, default: fallback }] as const;
  });
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...Object.fromEntries(own),
        json: { type: 'boolean' },
        save: { type: 'boolean' },
        dirty: { type: 'boolean' },
      },
    });
  } catch (error) {
    const problem = error instanceof Error ? error.message.split('. ')[0] : String(error);
    const known = [...Object.keys(bench.options), 'json', 'save', 'dirty'].map((option) => `--${option}`);
    throw new BenchError(`${problem}. Options of ${name}: ${known.join(', ')}.`);
  }
}

/** A whole number among the options. */
export function wholeNumber(values: OptionValues, option: string, min: number, max: number): number | undefined {
  const text = values[option];
  if (text === undefined) return undefined;
  const number = Number(text);
  if (typeof text === 'string' && /^\d+$/.test(text) && number >= min && number <= max) return number;
  throw new BenchError(`--${option} takes a whole number from ${min} to ${max}, not "${text}".`);
}

/** A text among the options. */
export function text(values: OptionValues, option: string): string | undefined {
  const value = values[option];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A file among the options, from where npm was called: it runs scripts in the folder of the package. */
export function path(values: OptionValues, option: string): string | undefined {
  const given = text(values, option);
  return given === undefined ? undefined : resolve(process.env.INIT_CWD ?? '', given);
}
