import { readdir } from 'node:fs/promises';
import { type Bench, BenchError } from './bench.ts';

const folder = new URL('benches/', import.meta.url);

async function benchNames(): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

export async function loadBench(name: string): Promise<Bench> {
  const names = await benchNames();
  if (!names.includes(name)) throw new BenchError(`There is no bench "${name}". There are: ${names.join(', ')}.`);
  const bench: Bench = await import(new URL(`${name}.ts`, folder).href);
  return bench;
}

/** Every bench with its options, for `npm run bench` alone. */
export async function listing(): Promise<string> {
  const benches = await Promise.all((await benchNames()).map(async (name) => describe(name, await loadBench(name))));
  return ['npm run bench -- NAME [options] [--json] [--save]', ...benches].join('\n\n');
}

function describe(name: string, { description, options, argument }: Bench): string {
  const heading = argument === undefined ? name : `${name} ${argument.name.toUpperCase()}`;
  const lines = Object.entries(options).map(([option, { description, default: fallback }]) => {
    const suffix = fallback === undefined || fallback === false ? '' : ` (${fallback})`;
    return `    --${option}  ${description}${suffix}`;
  });
  const about = argument === undefined ? [] : [`    ${argument.name.toUpperCase()}  ${argument.description}`];
  return [`${heading}: ${description}`, ...about, ...lines].join('\n');
}
