import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, test as anyTest, beforeEach, expect, onTestFinished } from 'vitest';
import { findProgram } from '../../scripts/setup/programs.mjs';
import { ownServicesLeftOut } from '../../scripts/setup/services.mjs';
import { startMesh } from '../src/index.ts';
import { freePorts } from '../src/processes/ports.ts';
import { commandOf, descendants, survivors, survivorsAfter } from './fixtures/processes.ts';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const fakeNodes = { replica: fixture('fake-replica.ts'), edge: fixture('fake-edge.ts') };
const regions = ['us-east-1', 'eu-central-1'];

/** PostgreSQL, Redis, NATS, the control plane, two edges, the warden. */
const nodesAndServices = 7;

/** The launcher is to start services of its own, whatever the other tests share. */
const test = anyTest.skipIf(ownServicesLeftOut(['PostgreSQL', 'Redis', 'NATS'], process.env));
const { DATABASE_URL: _database, REDIS_URL: _redis, NATS_URL: _nats, ...ownServices } = process.env;

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'canopy-launcher-test-'));
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** Starts the launcher. Rejects with what it said when it ends before it is ready. */
async function runLauncher(env = ownServices): Promise<{ launcher: ChildProcess; firstLine: string }> {
  const [webPort = 0] = await freePorts(1);
  const { launcher, firstLine, said } = await tryLauncher(webPort, env);
  if (launcher.exitCode !== null) throw new Error(`the launcher ended at its start: ${said.join('\n')}`);
  return { launcher, firstLine };
}

async function tryLauncher(
  webPort: number,
  env = ownServices,
): Promise<{ launcher: ChildProcess; firstLine: string; said: string[] }> {
  const args = [fixture('launcher.ts'), dataDir, String(webPort)];
  const launcher = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env });
  onTestFinished(() => void launcher.kill('SIGKILL'));
  if (launcher.stdout === null || launcher.stderr === null) throw new Error('the launcher has no standard output');
  const said: string[] = [];
  createInterface(launcher.stderr).on('line', (line) => said.push(line));
  const output = createInterface(launcher.stdout);
  const [firstLine] = await Promise.race([once(output, 'line'), once(launcher, 'close')]);
  return { launcher, firstLine: String(firstLine), said };
}

function pidOf(launcher: ChildProcess): number {
  if (launcher.pid === undefined) throw new Error('the launcher did not start');
  return launcher.pid;
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s stops everything the launcher started', async (signal) => {
  const { launcher, firstLine } = await runLauncher();
  expect(firstLine).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+$/);
  const started = descendants(pidOf(launcher));
  expect(started.length).toBeGreaterThanOrEqual(nodesAndServices);
  launcher.kill(signal);
  expect(await once(launcher, 'exit')).toEqual([0, null]);
  expect(survivors(started)).toEqual([]);
});

test('the launcher stops when the script that runs it is gone', async () => {
  const { launcher } = await runLauncher();
  const started = descendants(pidOf(launcher));
  launcher.disconnect();
  expect(await once(launcher, 'exit')).toEqual([0, null]);
  expect(survivors(started)).toEqual([]);
});

test('nothing outlives a launcher that is killed, and the next one starts in its folder', async () => {
  const first = await runLauncher();
  const started = descendants(pidOf(first.launcher));
  expect(started.length).toBeGreaterThanOrEqual(nodesAndServices);
  first.launcher.kill('SIGKILL');
  await once(first.launcher, 'exit');
  expect(await survivorsAfter(started, 30_000)).toEqual([]);

  const second = await runLauncher();
  expect(second.firstLine).toMatch(/^ready /);
  second.launcher.kill('SIGTERM');
  await once(second.launcher, 'exit');
});

test('a compositor that ends is told of and started again', async () => {
  const { launcher } = await runLauncher();
  const composing = () => descendants(pidOf(launcher)).filter((pid) => commandOf(pid).includes('compositor'));
  const [before] = composing();
  if (before === undefined) throw new Error('there is no compositor');
  if (launcher.stderr === null) throw new Error('the launcher has no standard error');
  const said: string[] = [];
  createInterface(launcher.stderr).on('line', (line) => line.startsWith('compositor') && said.push(line));
  process.kill(before, 'SIGKILL');
  await expect
    .poll(() => said, { timeout: 15_000 })
    .toEqual([
      expect.stringMatching(/^compositor ended: SIGKILL; its log is .*compositor\.log$/),
      'compositor was started again',
    ]);
  expect(composing()).toHaveLength(1);
  expect(composing()).not.toContain(before);
  launcher.kill('SIGTERM');
  expect(await once(launcher, 'exit')).toEqual([0, null]);
});

test('without ffmpeg a mesh starts that records nothing', async () => {
  const programs = join(dataDir, 'programs');
  mkdirSync(programs);
  for (const name of ['setpriv', 'redis-server', 'valkey-server']) {
    const path = findProgram(name, process.env);
    if (path !== undefined) symlinkSync(path, join(programs, name));
  }
  const { launcher } = await runLauncher({ ...ownServices, PATH: programs, EDGE_FFMPEG: '' });
  const started = descendants(pidOf(launcher));
  const edges = started.filter((pid) => commandOf(pid).includes('fake-edge.ts'));
  expect(edges).toHaveLength(regions.length);
  for (const pid of edges) expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('RECORDING');
  expect(started.filter((pid) => commandOf(pid).includes('compositor'))).toEqual([]);
  launcher.kill('SIGTERM');
  expect(await once(launcher, 'exit')).toEqual([0, null]);
});

test('a second mesh in the same folder is refused, and the first goes on', async () => {
  const { launcher } = await runLauncher();
  await expect(startMesh({ dataDir, regions, entries: fakeNodes })).rejects.toThrow(/runs already/);
  expect(launcher.exitCode).toBeNull();
  launcher.kill('SIGTERM');
  await once(launcher, 'exit');
});

test('a folder whose owner is gone is taken over', async () => {
  writeFileSync(join(dataDir, 'launcher.pid'), '4194304');
  await using mesh = await startMesh({ dataDir, regions, entries: fakeNodes });
  expect(mesh.edges.map((edge) => edge.id)).toEqual(['us-east-1-1', 'eu-central-1-1']);
});

test('an edge that ends at its start stops the rest and shows the end of its log', async () => {
  const before = descendants(process.pid);
  const entries = { ...fakeNodes, edge: fixture('failing-edge.ts') };
  await expect(startMesh({ dataDir, regions, entries })).rejects.toThrow(
    /eu-central-1-1 ended at its start \(exit code 3\)[\s\S]*EDGE_MEDIA_PORT: no such port/,
  );
  expect(descendants(process.pid)).toEqual(before);
});

test('a start that is called off leaves nothing behind', async () => {
  const before = descendants(process.pid);
  const stop = new AbortController();
  const start = startMesh({ dataDir, regions, entries: fakeNodes, signal: stop.signal, report: () => stop.abort() });
  await expect(start).rejects.toThrow('aborted');
  expect(descendants(process.pid)).toEqual(before);
});

test('a web port in use is told in a sentence', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { launcher } = await tryLauncher(port);
  expect(launcher.exitCode).toBe(1);
  server.close();
});
