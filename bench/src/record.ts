import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const folder = new URL('../results/', import.meta.url);

/** Writes a result to bench/results with what is needed to judge it later. Returns the file's path. */
export async function saveResult(name: string, result: object): Promise<string> {
  const record = { bench: name, commit: commit(), date: new Date().toISOString(), machine: machine(), result };
  const file = new URL(`${name}.json`, folder);
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${JSON.stringify(record, null, 2)}\n`);
  return fileURLToPath(file);
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

function machine(): object {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `${platform()} ${release()} ${arch()}`,
    node: process.version,
  };
}
