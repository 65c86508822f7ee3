import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePorts } from '@canopy/local-mesh';
import { systemClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { test as anyTest, expect, onTestFinished, vi } from 'vitest';
import { findProgram } from '../../scripts/setup/programs.mjs';
import { ownServicesLeftOut } from '../../scripts/setup/services.mjs';
import { NatsBus } from '../src/adapters/nats/bus.ts';

const test = anyTest.skipIf(ownServicesLeftOut(['NATS'], process.env));

/** A replica's end of a bus on which it may say and hear these subjects. */
async function busWith(subjects: string): Promise<NatsBus> {
  const folder = mkdtempSync(join(tmpdir(), 'canopy-bus-'));
  const [port = 0] = await freePorts(1);
  const file = join(folder, 'nats.conf');
  const permissions = `{ publish: ${subjects}, subscribe: ${subjects} }`;
  const user = `{ user: control, password: control, permissions: ${permissions} }`;
  writeFileSync(file, `server_name: bus-of-test\nlisten: 127.0.0.1:${port}\nauthorization { users: [${user}] }\n`);
  const server = spawn(findProgram('nats-server', process.env) ?? 'nats-server', ['--config', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(async () => {
    server.kill();
    await once(server, 'exit');
    rmSync(folder, { recursive: true });
  });
  const ready = new Promise<void>((resolve) => {
    createInterface(server.stderr).on('line', (line) => line.includes('Server is ready') && resolve());
  });
  await ready;
  const options = { url: `nats://control:control@127.0.0.1:${port}`, namespace: 'test', replicaId: 'one' };
  return await NatsBus.connect({ ...options, connectTimeoutMs: 5_000 }, systemClock, silentLogger);
}

test('a replica knows the servers of the bus', async () => {
  await using bus = await busWith('">"');
  await expect.poll(() => bus.servers()).toEqual([['bus-of-test', 1]]);
});

test('a bus of older settings, which do not let replicas ask for its servers, alarms nobody', async () => {
  await using bus = await busWith('"test.>"');
  const refused = vi.fn();
  bus.onRefused(refused);
  expect(await bus.servers()).toEqual([]);
  expect(await bus.servers()).toEqual([]);
  expect(await bus.serverVersion()).not.toBe('');
  expect(refused).not.toHaveBeenCalled();
});
