import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const folder = new URL('../results/', import.meta.url);

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
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
  return Promise.all(
    files.map(async (file) => recordSchema.parse(JSON.parse(await readFile(new URL(file, folder), 'utf8')))),
  );
}

/** The commit, marked where the working tree differs from it. */
function commit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: fileURLToPath(new URL('.', import.meta.url)), encoding: 'utf8' }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', 'HEAD')}${changed ? ' and uncommitted changes' : ''}`;
  } catch {
    return 'unknown: not a git working tree';
  }
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
