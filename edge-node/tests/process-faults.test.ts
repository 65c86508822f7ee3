import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
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
/** A process starts as fast as the machine lets it. */
const starting = { timeout: 60_000, interval: 20 };
let bus: BusListener;
let origin: InProcessEdge;
let leaf: InProcessEdge;
const relays: ChildProcess[] = [];

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
  for (const relay of relays.splice(0)) {
    relay.kill('SIGKILL');
    if (relay.exitCode === null && relay.signalCode === null) await once(relay, 'exit');
  }
});

const heartbeatsOf = (id: string) => bus.heartbeats.filter(({ edgeId }) => edgeId === id);

/** Resolves when an edge has said twice more that it lives: by then it has said all that it had to say before. */
async function goesOn(edgeId: string): Promise<void> {
  const heard = heartbeatsOf(edgeId).length;
  await expect.poll(() => heartbeatsOf(edgeId).length, patience).toBeGreaterThan(heard + 1);
}

/** An edge node as it runs in production, in a process of its own. */
async function startRelay(edgeId: string) {
  const relay = spawn(process.execPath, [new URL('../src/main.ts', import.meta.url).pathname], {
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
  relays.push(relay);
  await expect.poll(() => heartbeatsOf(edgeId), starting).not.toEqual([]);
  return { relay, linkAddress: heartbeatsOf(edgeId)[0]?.linkAddress ?? '' };
}

/** A viewer on the leaf who receives a track of the origin through a relay, in a meeting of its own. */
async function watchThroughRelay(relayId: string) {
  const meetingId = relayId;
  const { relay, linkAddress } = await startRelay(relayId);
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
  return {
    relay,
    receives: (packets: number) => viewer.receives(added[0], packets),
    async [Symbol.asyncDispose]() {
      await publisher[Symbol.asyncDispose]();
      await viewer[Symbol.asyncDispose]();
    },
  };
}

/** The relay's links that it or its child lost. Edges of other tests are heard on this bus, too, and meetings may have one name. */
const lostLinks = (relayId: string) =>
  bus.facts.filter(({ edgeId, linkLost }) => linkLost && [edgeId, linkLost.parentEdgeId].includes(relayId));

test('a relay that is killed is noticed before one that stood still earlier, which goes on forwarding media', async () => {
  await using stopped = await watchThroughRelay('stopped-relay');
  await using killed = await watchThroughRelay('killed-relay');
  stopped.relay.kill('SIGSTOP');
  killed.relay.kill('SIGKILL');
  await expect.poll(() => lostLinks('killed-relay'), patience).not.toEqual([]);
  expect(lostLinks('stopped-relay')).toEqual([]);
  await expect.poll(() => lostLinks('stopped-relay'), patience).not.toEqual([]);
  await stopped.receives(45);
});

test('a relay whose Node process stands still for two seconds is not given up, nor gives up its parent', async () => {
  await using halted = await watchThroughRelay('halted-relay');
  halted.relay.kill('SIGSTOP');
  await delay(2_000);
  halted.relay.kill('SIGCONT');
  await goesOn('halted-relay');
  expect(lostLinks('halted-relay')).toEqual([]);
});

test('a Node process that stood still does not blame its workers for it', async () => {
  const { relay } = await startRelay('paused-relay');
  const workers = () => readFileSync(`/proc/${relay.pid}/task/${relay.pid}/children`, 'utf8').trim();
  const before = workers();
  expect(before).toMatch(/^\d+$/);
  relay.kill('SIGSTOP');
  await delay(3_000);
  relay.kill('SIGCONT');
  await goesOn('paused-relay');
  expect(workers()).toBe(before);
});
