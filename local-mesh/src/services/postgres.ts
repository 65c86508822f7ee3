import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { findPostgres } from '../../../scripts/setup/programs.mjs';
import { baseEnvironment } from '../processes/environment.ts';
import type { ProcessSpec } from '../processes/managed-process.ts';
import { StartError } from '../processes/start-error.ts';
import { type Account, accountOf } from './account.ts';

const runFile = promisify(execFile);

/** An empty PostgreSQL cluster, whose folder goes on dispose. */
export interface Cluster extends Disposable {
  programs: string;
  folder: string;
  /** Whom PostgreSQL runs as, if not as this user. */
  owner: Account | undefined;
}

/** Makes a cluster with the superuser `canopy`, whom it lets in without a password. */
export async function createCluster(dataDir: string): Promise<Cluster> {
  const programs = findPostgres(process.env);
  if (programs === undefined)
    throw new StartError('PostgreSQL is not installed: run "npm run setup", or set DATABASE_URL.');
  const owner = process.getuid?.() === 0 ? await accountOf('postgres') : undefined;
  const folder = clusterFolder(dataDir, owner);
  const [initdb, ...args] = asOwner(owner, [
    join(programs, 'initdb'),
    `--pgdata=${folder}`,
    '--username=canopy',
    '--auth=trust',
    '--encoding=UTF8',
    '--no-locale',
    '--no-sync',
  ]);
  await runFile(initdb, args, { env: baseEnvironment(process.env) });
  return { programs, folder, owner, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

export function postgresSpec(cluster: Cluster, dataDir: string, port: number): ProcessSpec {
  const settings = Object.entries(serverSettings(port)).map(([name, value]) => `--${name}=${value}`);
  const [command, ...args] = asOwner(cluster.owner, [
    join(cluster.programs, 'postgres'),
    '-D',
    cluster.folder,
    ...settings,
  ]);
  return {
    name: 'PostgreSQL',
    command,
    args,
    env: baseEnvironment(process.env),
    logFile: join(dataDir, 'logs', 'postgres.log'),
    // "Fast shutdown": connections are closed, not waited for.
    stopSignal: 'SIGINT',
    isReady: () => accepts(port),
    readyTimeoutMs: 30_000,
  };
}

function serverSettings(port: number): Record<string, string> {
  return {
    port: String(port),
    listen_addresses: '127.0.0.1',
    // A socket's path would be too long in many folders.
    unix_socket_directories: '',
    // The data need not outlive a power cut. It does outlive a kill of PostgreSQL: commits still reach the kernel.
    fsync: 'off',
    full_page_writes: 'off',
  };
}

/** PostgreSQL refuses to run as root. setpriv, unlike su, becomes the program, so that its pid is PostgreSQL's. */
function asOwner(owner: Account | undefined, command: [string, ...string[]]): [string, ...string[]] {
  if (owner === undefined) return command;
  return ['setpriv', `--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--init-groups', ...command];
}

/** An empty folder for the cluster: in `dataDir`, unless that lies where its owner may not go (a clone in /root). */
function clusterFolder(dataDir: string, owner: Account | undefined): string {
  const name = `canopy-postgres-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`;
  const folder = owner === undefined || othersMayEnter(dataDir) ? join(dataDir, 'postgres') : join(tmpdir(), name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  return folder;
}

function othersMayEnter(folder: string): boolean {
  const mayEnter = (statSync(folder).mode & 0o001) !== 0;
  return mayEnter && (dirname(folder) === folder || othersMayEnter(dirname(folder)));
}

async function accepts(port: number): Promise<boolean> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: 'canopy',
    database: 'postgres',
    connectionTimeoutMillis: 1_000,
  });
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false; // Not up yet: the caller asks again.
  } finally {
    await client.end();
  }
}
