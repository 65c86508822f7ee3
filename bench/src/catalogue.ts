import { readdir } from 'node:fs/promises';
import { type Bench, BenchError } from './bench.ts';

/** Benches measure; commands run all of them, or tell what they found. */
const folders = { benches: new URL('benches/', import.meta.url), commands: new URL('commands/', import.meta.url) };

async function namesIn(folder: URL): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/** Of all that measure. */
export function benchNames(): Promise<string[]> {
  return namesIn(folders.benches);
}

/** A bench or a command. */
export async function loadBench(name: string): Promise<Bench> {
  const [benches, commands] = [await benchNames(), await namesIn(folders.commands)];
  if (!benches.includes(name) && !commands.includes(name))
    throw new BenchError(`There is no bench "${name}". There are: ${[...benches, ...commands].join(', ')}.`);
  const folder = benches.includes(name) ? folders.benches : folders.commands;
  const bench: Bench = await import(new URL(`${name}.ts`, folder).href);
  return bench;
}

/** The bench that a saved result is from: "simulate" of "simulate-region-loss"; undefined where there is none any more. */
export function benchOf(recordName: string, names: readonly string[]): string | undefined {
  const known = names.filter((name) => recordName === name || recordName.startsWith(`${name}-`));
  return known.sort((a, b) => b.length - a.length)[0];
}

/** Every bench and command with its options, for `npm run bench` alone. */
export async function listing(): Promise<string> {
  const names = [...(await benchNames()), ...(await namesIn(folders.commands))];
  const benches = await Promise.all(names.map(async (name) => describe(name, await loadBench(name))));
  return ['npm run bench -- NAME [options] [--json] [--save [--dirty]]', ...benches].join('\n\n');
}

/** A bench with its options. */
export function describe(name: string, { description, options, argument }: Bench): string {
  const heading = argument === undefined ? name : `${name} ${argument.name.toUpperCase()}`;
  const lines = Object.entries(options).map(([option, { description, default: fallback }]) => {
    const suffix = fallback === undefined || fallback === false ? '' : ` (${fallback})`;
    return `    --${option}  ${description}${suffix}`;
  });
  const about = argument === undefined ? [] : [`    ${argument.name.toUpperCase()}  ${argument.description}`];
  return [`${heading}: ${description}`, ...about, ...lines].join('\n');
}
