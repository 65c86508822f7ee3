import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isAlive } from './processes/signals.ts';
import { StartError } from './processes/start-error.ts';

/** A folder for one mesh, given back on dispose. */
export interface DataDir extends Disposable {
  path: string;
}

/**
 * Claims `path` for this process, or makes a temporary folder, which disposing removes. What a killed mesh left in `path`
 * is overwritten: every mesh starts with empty services.
 */
export function openDataDir(path?: string): DataDir {
  return path === undefined ? temporary() : claim(resolve(path));
}

function temporary(): DataDir {
  const path = mkdtempSync(join(tmpdir(), 'canopy-mesh-'));
  chmodSync(path, 0o755); // PostgreSQL has to get at its folder in there as another user.
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

function claim(path: string): DataDir {
  mkdirSync(path, { recursive: true });
  const owner = join(path, 'launcher.pid');
  const pid = existsSync(owner) ? Number(readFileSync(owner, 'utf8')) : 0;
  if (pid > 0 && isLauncher(pid))
    throw new StartError(`A local mesh runs already with the data in ${path}: stop it first (process ${pid}).`);
  writeFileSync(owner, String(process.pid));
  return { path, [Symbol.dispose]: () => rmSync(owner, { force: true }) };
}

/** Whether the process that left its pid still runs. Where /proc tells, a stranger who got the same pid since does not count. */
function isLauncher(pid: number): boolean {
  if (pid === process.pid || !isAlive(pid)) return false;
  const commandLine = `/proc/${pid}/cmdline`;
  return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes('local-mesh');
}
