import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { EdgeHeartbeat } from '@canopy/proto/bus';
import type { ConsumerParameters } from '@canopy/proto/media';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  BusListener,
  FakePublisher,
  FakeViewer,
  type InProcessEdge,
  startInProcessEdge,
} from '../src/testing/index.ts';

const natsUrl = process.env.NATS_URL ?? '';
const patience = { timeout: 10_000, interval: 5 };
let bus: BusListener;
let origin: InProcessEdge;
let leaf: InProcessEdge;
let relay: ChildProcess;

beforeAll(async () => {
  bus = await BusListener.start(natsUrl);
  const links = { linkIp: '127.0.0.1', minPort: 40_000, maxPort: 49_999, lingerMs: 5_000, speakers: 5 };
  origin = await startInProcessEdge('fault-origin', natsUrl, { links });
  leaf = await startInProcessEdge('fault-leaf', natsUrl, { links });
});

afterAll(async () => {
  for (const started of [leaf, origin, bus]) await started[Symbol.asyncDispose]();
});

afterEach(async () => {
  relay.kill('SIGKILL');
  if (relay.exitCode === null && relay.signalCode === null) await once(relay, 'exit');
});

/** An edge node as it runs in production, in a process of its own. */
async function startRelay(edgeId: string): Promise<EdgeHeartbeat> {
  relay = spawn(process.execPath, [new URL('../src/main.ts', import.meta.url).pathname], {
    env: {
      PATH: process.env.PATH,
      MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN,
      EDGE_ID: edgeId,
      EDGE_REGION: 'test-1',
      EDGE_WORKERS: '1',
      NATS_URL: natsUrl,
      LOG_LEVEL: 'error',
    },
    stdio: 'inherit',
  });
  const heartbeat = () => bus.heartbeats.find((beat) => beat.edgeId === edgeId);
  await expect.poll(heartbeat, patience).toBeDefined();
  const found = heartbeat();
  if (found === undefined) throw new Error('the relay says nothing');
  return found;
}

/** A viewer on the leaf who receives a track of the origin through the relay. */
async function watchThroughRelay(meetingId: string, relayId: string) {
  const { linkAddress } = await startRelay(relayId);
  const way = (edgeId: string, parent: { edgeId: string; linkAddress: string }) => ({
    meetingId,
    epoch: 1,
    edgeId,
    routes: [{ originEdgeId: origin.id, parent }],
  });
  bus.pushRoutes(way(relayId, { edgeId: origin.id, linkAddress: origin.context.grpcAddress }));
  await leaf.client.setRoutes({ table: way(leaf.id, { edgeId: relayId, linkAddress }) });
  const publisher = await FakePublisher.start({ client: origin.client, meetingId, participantId: 'p', trackId: 'cam' });
  const viewer = await FakeViewer.start({ client: leaf.client, meetingId, participantId: 'v' });
  const { added } = await viewer.watch(origin.id, ['cam']);
  await viewer.receives(added[0], 10);
  return { publisher, viewer, consumer: added[0] as ConsumerParameters };
}

const lostLinks = (meetingId: string) => bus.facts.filter(({ linkLost }) => linkLost?.meetingId === meetingId);

test('a relay that is killed is noticed at once', async () => {
  const { publisher, viewer } = await watchThroughRelay('killed', 'killed-relay');
  const killedAt = performance.now();
  relay.kill('SIGKILL');
  await expect.poll(() => lostLinks('killed'), patience).toHaveLength(1);
  expect(performance.now() - killedAt).toBeLessThan(1_000);
  await publisher[Symbol.asyncDispose]();
  await viewer[Symbol.asyncDispose]();
});

test('a relay whose Node process stands still goes on forwarding media after its neighbours noticed', async () => {
  const { publisher, viewer, consumer } = await watchThroughRelay('stopped', 'stopped-relay');
  relay.kill('SIGSTOP');
  await expect.poll(() => lostLinks('stopped'), patience).toHaveLength(1);
  await viewer.receives(consumer, 45);
  await publisher[Symbol.asyncDispose]();
  await viewer[Symbol.asyncDispose]();
});

test('a relay whose Node process stands still for two seconds is not given up', async () => {
  const { publisher, viewer } = await watchThroughRelay('halted', 'halted-relay');
  relay.kill('SIGSTOP');
  await delay(2_500);
  expect(lostLinks('halted')).toEqual([]);
  relay.kill('SIGCONT');
  await publisher[Symbol.asyncDispose]();
  await viewer[Symbol.asyncDispose]();
});

test('a Node process that stood still does not blame its workers for it', async () => {
  const workers = () => readFileSync(`/proc/${relay.pid}/task/${relay.pid}/children`, 'utf8').trim();
  const heartbeats = () => bus.heartbeats.filter(({ edgeId }) => edgeId === 'paused-relay').length;
  await startRelay('paused-relay');
  const before = workers();
  expect(before).toMatch(/^\d+$/);
  relay.kill('SIGSTOP');
  await delay(3_000);
  const heard = heartbeats();
  relay.kill('SIGCONT');
  await expect.poll(heartbeats, patience).toBeGreaterThan(heard + 2);
  expect(workers()).toBe(before);
});
