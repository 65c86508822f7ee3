import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { BenchError } from './bench.ts';

const folder = new URL('../results/', import.meta.url);
/** What `bench all` writes beside its report, saved or not, ends so. */
export const besideReport = '.report.json';
const sources = fileURLToPath(new URL('.', import.meta.url));

/** A result with what is needed to judge it later. */
const recordSchema = z.object({
  /** With its argument: "simulate-region-loss". */
  bench: z.string(),
  commit: z.string(),
  /** ISO 8601. */
  date: z.string(),
  machine: z.object({
    cpu: z.string(),
    cores: z.number(),
    memoryGiB: z.number(),
    kernel: z.string(),
    node: z.string(),
  }),
  result: z.looseObject({}).or(z.array(z.unknown())),
});

export type BenchRecord = Omit<z.output<typeof recordSchema>, 'result'> & { result: object };

export type Circumstances = Pick<BenchRecord, 'commit' | 'date' | 'machine'>;

export function circumstances(): Circumstances {
  return { commit: commit(), date: new Date().toISOString(), machine: machine() };
}

/** Writes a result to bench/results. Returns the file's path. */
export async function saveResult(name: string, result: object): Promise<string> {
  const file = new URL(`${name}.json`, folder);
  await mkdir(folder, { recursive: true });
  const record: BenchRecord = { bench: name, ...circumstances(), result };
  await writeFile(file, `${JSON.stringify(record, null, 2)}\n`);
  return fileURLToPath(file);
}

/** All that was saved. */
export async function savedRecords(): Promise<BenchRecord[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json') && !file.endsWith(besideReport));
  return Promise.all(
    files.map(async (file) => recordSchema.parse(JSON.parse(await readFile(new URL(file, folder), 'utf8')))),
  );
}

/**
 * What is saved is to be found again by its commit.
 * @throws a {@link BenchError} where `tree` differs from its commit; other results may.
 */
export function requireCommitted(tree = sources): void {
  const [first, ...others] = changedFiles(tree) ?? [];
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  throw new BenchError(
    `--save would write a result that no commit has: ${first}${more} changed. Commit that, or say --dirty too.`,
  );
}

/** The commit, marked where the working tree differs from it. */
function commit(): string {
  const changed = changedFiles(sources);
  if (changed === undefined) return 'unknown: not a git working tree';
  return `${git(sources, 'rev-parse', 'HEAD')}${changed.length > 0 ? ' and uncommitted changes' : ''}`;
}

/** Of the whole working tree but for results; undefined where there is none. */
function changedFiles(tree: string): string[] | undefined {
  try {
    const names = git(tree, 'diff', '--name-only', 'HEAD', '--', ':/', ':(top,exclude)bench/results');
    return names.split('\n').filter((name) => name !== '');
  } catch {
    return undefined;
  }
}

function git(tree: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: tree, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

function machine(): BenchRecord['machine'] {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `${platform()} ${release()} ${arch()}`,
    node: process.version,
  };
}
