import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePorts } from '@canopy/local-mesh';
import { expect, onTestFinished, test } from 'vitest';
import { findProgram } from '../../scripts/setup/programs.mjs';
import { BusListener, startInProcessEdge } from '../src/testing/index.ts';

/** A bus whose password of edges can be changed while they are connected, and where the edge `mute` may say nothing. */
async function startBus() {
  const folder = mkdtempSync(join(tmpdir(), 'canopy-bus-'));
  const [port = 0] = await freePorts(1);
  const file = join(folder, 'nats.conf');
  const write = (password: string) =>
    writeFileSync(
      file,
      `listen: 127.0.0.1:${port}\nauthorization { users: [{ user: edge, password: ${password}, permissions: { publish: { deny: "canopy.edge.mute.>" }, subscribe: ">" } }, { user: listener, password: listener }] }\n`,
    );
  write('first');
  const server = spawn(findProgram('nats-server', process.env) ?? 'nats-server', ['--config', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const printed: string[] = [];
  createInterface(server.stderr).on('line', (line) => printed.push(line));
  onTestFinished(async () => {
    server.kill();
    await once(server, 'exit');
    rmSync(folder, { recursive: true });
  });
  const says = (text: string) => printed.filter((line) => line.includes(text)).length;
  await expect.poll(() => says('Server is ready'), { timeout: 10_000 }).toBe(1);
  return {
    url: (user: string, password: string) => `nats://${user}:${password}@127.0.0.1:${port}`,
    changePassword(password: string) {
      write(password);
      server.kill('SIGHUP');
    },
    refusals: () => says('authentication error'),
  };
}

test('an edge whose password the bus refuses again and again is heard once it is right', async () => {
  const bus = await startBus();
  await using heard = await BusListener.start(bus.url('listener', 'listener'));
  await using _edge = await startInProcessEdge('refused', bus.url('edge', 'first'));
  const beats = () => heard.heartbeats.length;
  await expect.poll(beats, { timeout: 5_000 }).toBeGreaterThan(0);

  bus.changePassword('second');
  // The library gives up after two refusals in a row unless it is told not to.
  await expect.poll(bus.refusals, { timeout: 10_000 }).toBeGreaterThan(4);
  const before = beats();
  bus.changePassword('first');
  await expect.poll(beats, { timeout: 10_000 }).toBeGreaterThan(before);
});

test('what the bus does not let an edge say is counted', async () => {
  const bus = await startBus();
  await using edge = await startInProcessEdge('mute', bus.url('edge', 'first'));
  const refused = async () => {
    const metrics = await (await fetch(`http://${edge.context.httpAddress}/metrics`)).text();
    return Number(/canopy_edge_bus_refusals_total\{why="permission"\} (\d+)/.exec(metrics)?.[1]);
  };
  await expect.poll(refused, { timeout: 10_000 }).toBeGreaterThan(0);
});
