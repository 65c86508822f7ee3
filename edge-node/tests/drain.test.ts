import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { EdgeHeartbeat } from '@canopy/proto/bus';
import { DtlsParameters } from '@canopy/proto/media';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  BusListener,
  EdgeClient,
  FakePublisher,
  FakeViewer,
  type InProcessEdge,
  receivesEverything,
  startInProcessEdge,
} from '../src/testing/index.ts';

const natsUrl = process.env.NATS_URL ?? '';
const patience = { timeout: 10_000, interval: 20 };
let bus: BusListener;
let origin: InProcessEdge;
/** Starting a process takes its time on a busy machine. */
const patienceAtStart = { timeout: 18_000, interval: 20 };
let edge: { process: ChildProcess; exited: Promise<unknown[]>; client: EdgeClient; heartbeat: EdgeHeartbeat };
let child: ChildProcess;

beforeAll(async () => {
  bus = await BusListener.start(natsUrl);
  origin = await startInProcessEdge('drain-origin', natsUrl);
});

afterAll(async () => {
  for (const started of [origin, bus]) await started[Symbol.asyncDispose]();
});

afterEach(async () => {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  edge.client.close();
});

/** Has an error that nobody handles come up in a process when it gets SIGUSR2. */
const aBugOnSignal = 'data:text/javascript,process.on("SIGUSR2",()=>{throw new Error("a bug in one meeting")})';

/** An edge node as it runs in production, in a process of its own. */
async function start(edgeId: string, drainTimeoutMs: number): Promise<void> {
  child = spawn(process.execPath, ['--import', aBugOnSignal, new URL('../src/main.ts', import.meta.url).pathname], {
    env: {
      PATH: process.env.PATH,
      MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN,
      EDGE_ID: edgeId,
      EDGE_REGION: 'test-1',
      EDGE_WORKERS: '1',
      EDGE_DRAIN_TIMEOUT_MS: String(drainTimeoutMs),
      NATS_URL: natsUrl,
      LOG_LEVEL: 'error',
    },
    stdio: 'inherit',
  });
  const exited = once(child, 'exit');
  await expect.poll(() => lastHeartbeat(edgeId), patienceAtStart).toBeDefined();
  const heartbeat = lastHeartbeat(edgeId);
  if (heartbeat === undefined) throw new Error('the edge says nothing');
  edge = { process: child, exited, client: new EdgeClient(heartbeat.mediaAddress), heartbeat };
}

function lastHeartbeat(edgeId: string): EdgeHeartbeat | undefined {
  return bus.heartbeats.findLast((heartbeat) => heartbeat.edgeId === edgeId);
}

function saysDraining(edgeId: string) {
  return expect.poll(() => lastHeartbeat(edgeId)?.state, patience).toBe('EDGE_LIFECYCLE_DRAINING');
}

const dtlsParameters = DtlsParameters.fromPartial({
  role: 'client',
  fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') }],
});

function open(participantId: string) {
  const request = {
    meetingId: 'm',
    participantId,
    rtpCapabilities: receivesEverything,
    canPublish: false,
    targets: [],
  };
  return edge.client.openSession({ ...request, dtlsParameters });
}

test('an edge nobody uses exits at once', async () => {
  await start('drain-idle', 60_000);
  edge.process.kill('SIGTERM');
  expect(await edge.exited).toEqual([0, null]);
});

test('SIGTERM lets participants stay until they are moved, takes nobody new, and can not be undone', async () => {
  await start('drain-session', 60_000);
  await open('v');
  edge.process.kill('SIGTERM');
  await saysDraining('drain-session');
  expect(lastHeartbeat('drain-session')?.sessions).toBe(1);
  await expect(open('w')).rejects.toMatchObject({ code: 'EDGE_DRAINING' });
  expect(await open('v')).toMatchObject({ refused: [] });
  await expect(edge.client.setDraining({ draining: false })).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  await edge.client.setDraining({ draining: true });
  await edge.client.closeSession({ meetingId: 'm', participantId: 'v' });
  expect(await edge.exited).toEqual([0, null]);
});

test('a drain that was asked for by request is undone by request', async () => {
  await start('drain-undone', 60_000);
  await edge.client.setDraining({ draining: true });
  await saysDraining('drain-undone');
  await expect(open('v')).rejects.toMatchObject({ code: 'EDGE_DRAINING' });
  await edge.client.setDraining({ draining: false });
  await open('v');
});

test('a second SIGTERM does not wait', async () => {
  await start('drain-hurried', 60_000);
  await open('v');
  edge.process.kill('SIGTERM');
  await saysDraining('drain-hurried');
  edge.process.kill('SIGTERM');
  expect(await edge.exited).toEqual([0, null]);
});

test('after the deadline those left are cut off', async () => {
  await start('drain-deadline', 300);
  await open('v');
  edge.process.kill('SIGTERM');
  expect(await edge.exited).toEqual([0, null]);
});

test('SIGINT does not wait', async () => {
  await start('drain-interrupted', 60_000);
  await open('v');
  edge.process.kill('SIGINT');
  expect(await edge.exited).toEqual([0, null]);
});

test('an error that nobody handled empties the edge, which then fails; the next ones change nothing', async () => {
  await start('drain-faulty', 60_000);
  await open('v');
  edge.process.kill('SIGUSR2');
  await saysDraining('drain-faulty');
  edge.process.kill('SIGUSR2');
  const { httpAddress } = edge.heartbeat;
  const metrics = async () => (await fetch(`http://${httpAddress}/metrics`)).text();
  await expect.poll(metrics, patience).toMatch(/^canopy_edge_faults_total(\{.*\})? 2$/m);
  await expect(open('w')).rejects.toMatchObject({ code: 'EDGE_DRAINING' });
  expect(await open('v')).toMatchObject({ refused: [] });
  await edge.client.closeSession({ meetingId: 'm', participantId: 'v' });
  expect(await edge.exited).toEqual([1, null]);
});

test('a relay that drains goes on forwarding to its children until they are gone', async () => {
  await start('drain-relay', 60_000);
  const { edgeId, linkAddress } = edge.heartbeat;
  await using publisher = await FakePublisher.start({
    client: origin.client,
    meetingId: 'relayed',
    participantId: 'p',
    trackId: 'cam',
  });
  const parent = { edgeId: origin.id, linkAddress: origin.context.grpcAddress };
  await edge.client.setRoutes({
    table: { meetingId: 'relayed', epoch: 1, edgeId, routes: [{ originEdgeId: origin.id, parent }] },
  });
  await using below = await startInProcessEdge('drain-below', natsUrl);
  const throughIt = { edgeId, linkAddress };
  await below.client.setRoutes({
    table: {
      meetingId: 'relayed',
      epoch: 1,
      edgeId: below.id,
      routes: [{ originEdgeId: origin.id, parent: throughIt }],
    },
  });
  await using viewer = await FakeViewer.start({ client: below.client, meetingId: 'relayed', participantId: 'v' });
  const { added } = await viewer.watch(origin.id, [publisher.trackId]);
  await viewer.receives(added[0], 10);
  edge.process.kill('SIGTERM');
  await saysDraining('drain-relay');
  await viewer.receives(added[0], 60);
  await viewer.leave();
  expect(await edge.exited).toEqual([0, null]);
});
