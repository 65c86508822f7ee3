import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePorts } from '@canopy/local-mesh';
import { test as anyTest, expect, onTestFinished } from 'vitest';
import { findProgram } from '../../scripts/setup/programs.mjs';
import { ownServicesLeftOut } from '../../scripts/setup/services.mjs';
import { BusListener, type InProcessEdge, startInProcessEdge } from '../src/testing/index.ts';
import { metricOf } from './support/metrics.ts';

const test = anyTest.skipIf(ownServicesLeftOut(['NATS'], process.env));

/** A bus whose password of edges, and what they may hear, can be changed while they are connected, and where the edge `mute` may say nothing. */
async function startBus() {
  const folder = mkdtempSync(join(tmpdir(), 'canopy-bus-'));
  const [port = 0] = await freePorts(1);
  const file = join(folder, 'nats.conf');
  const write = (password: string, hears = '">"') =>
    writeFileSync(
      file,
      `server_name: bus-of-test\nlisten: 127.0.0.1:${port}\nauthorization { users: [{ user: edge, password: ${password}, permissions: { publish: { deny: "canopy.edge.mute.>" }, subscribe: ${hears} } }, { user: listener, password: listener }] }\n`,
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
    change(password: string, hears?: string) {
      write(password, hears);
      server.kill('SIGHUP');
    },
    refusals: () => says('authentication error'),
  };
}

test('an edge whose password the bus refuses again and again is heard once it is right', async () => {
  const bus = await startBus();
  await using heard = await BusListener.start(bus.url('listener', 'listener'));
  await using edge = await startInProcessEdge('refused', bus.url('edge', 'first'));
  const beats = () => heard.heartbeats.length;
  await expect.poll(beats).toBeGreaterThan(0);

  bus.change('second');
  // The library gives up after two refusals in a row unless it is told not to.
  await expect.poll(bus.refusals, { timeout: 10_000 }).toBeGreaterThan(4);
  const before = beats();
  bus.change('first');
  await expect.poll(beats, { timeout: 10_000 }).toBeGreaterThan(before);
  expect(await metricOf(edge, 'canopy_edge_bus_reconnects_total')).toBeGreaterThan(0);
  // Where the answer takes longer, as on a machine that stands still, there is none.
  const roundTrip = () => metricOf(edge, 'canopy_edge_bus_round_trip_seconds{server="bus-of-test"}');
  await expect.poll(roundTrip).toBeLessThan(1);
});

/** What the bus did not let an edge say or hear, as its metrics tell. */
async function refusedTo({ context }: InProcessEdge): Promise<number> {
  const metrics = await (await fetch(`http://${context.httpAddress}/metrics`)).text();
  return Number(/canopy_edge_bus_refusals_total\{why="permission"\} (\d+)/.exec(metrics)?.[1]);
}

test('what the bus does not let an edge say is counted', async () => {
  const bus = await startBus();
  await using edge = await startInProcessEdge('mute', bus.url('edge', 'first'));
  await expect.poll(() => refusedTo(edge), { timeout: 10_000 }).toBeGreaterThan(0);
});

test('an edge that the bus does not let hear its routes for a while hears them again', async () => {
  const bus = await startBus();
  await using edge = await startInProcessEdge('deaf', bus.url('edge', 'first'));
  await using told = await BusListener.start(bus.url('listener', 'listener'));
  let epoch = 0;
  const teach = () => {
    told.pushRoutes({ meetingId: 'm', epoch: ++epoch, edgeId: edge.id, routes: [] });
    return edge.context.edge.routes.epochOf('m');
  };
  await expect.poll(teach, { timeout: 10_000 }).toBeGreaterThan(0);

  bus.change('first', '{ deny: "canopy.route.>" }');
  await expect.poll(() => refusedTo(edge), { timeout: 10_000 }).toBeGreaterThan(0);
  bus.change('first');
  const missed = epoch;
  await expect.poll(teach, { timeout: 10_000 }).toBeGreaterThan(missed);
});
