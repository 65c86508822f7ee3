import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { EdgeHeartbeat } from '@canopy/proto/bus';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { datagramBytes, encodeProbe } from '../src/adapters/probe-datagram.ts';
import { BusListener, type InProcessEdge, startInProcessEdge } from '../src/testing/index.ts';
import { scrape } from './support/metrics.ts';

const natsUrl = process.env.NATS_URL ?? '';
const patience = { timeout: 10_000, interval: 20 };
const key = 'only the edges know this';
const probing = { key, port: 0 };
let bus: BusListener;
let edges: InProcessEdge[];
let stranger: Socket;

beforeAll(async () => {
  bus = await BusListener.start(natsUrl);
  edges = await Promise.all(
    ['probe-a', 'probe-b', 'probe-c'].map((id) => startInProcessEdge(id, natsUrl, { probing })),
  );
  stranger = createSocket('udp4');
  stranger.bind(0, '127.0.0.1');
  await once(stranger, 'listening');
});

afterAll(async () => {
  stranger.close();
  for (const started of [...edges, bus]) await started[Symbol.asyncDispose]();
});

function lastHeartbeat(edgeId: string): EdgeHeartbeat | undefined {
  return bus.heartbeats.findLast((heartbeat) => heartbeat.edgeId === edgeId);
}

function measuredBy(edgeId: string): string[] {
  const neighbours = lastHeartbeat(edgeId)?.neighbours ?? [];
  return neighbours
    .filter(({ rttMs, loss }) => rttMs > 0 && loss < 1)
    .map((neighbour) => neighbour.edgeId)
    .sort();
}

async function metricsOf(edge: InProcessEdge | undefined): Promise<string> {
  return (await fetch(`http://${edge?.context.httpAddress}/metrics`)).text();
}

/** Where an edge answers probes. */
async function probePort(edgeId: string): Promise<number> {
  await expect.poll(() => lastHeartbeat(edgeId), patience).toBeDefined();
  return Number(lastHeartbeat(edgeId)?.probeAddress.split(':').at(-1));
}

test('edges find each other, measure the ways between them and report them', async () => {
  await expect.poll(() => measuredBy('probe-a'), patience).toEqual(['probe-b', 'probe-c']);
  await expect.poll(() => measuredBy('probe-c'), patience).toEqual(['probe-a', 'probe-b']);
  // One answer that came late, on a busy machine, counts for a while.
  const longest = () => Math.max(...(lastHeartbeat('probe-a')?.neighbours ?? []).map(({ rttMs }) => rttMs));
  await expect.poll(longest, { ...patience, timeout: 60_000 }).toBeLessThan(100);
  const metrics = await metricsOf(edges[0]);
  expect(metrics).toMatch(/canopy_edge_neighbour_rtt_seconds\{neighbour="probe-b"\} 0\.\d/);
  expect(metrics).toMatch(/canopy_edge_probes_total\{fate="answered"\} [1-9]/);
});

test('a probe with the right key gets one answer as long as itself; one with another key and rubbish get none', async () => {
  const port = await probePort('probe-b');
  const answers: Buffer[] = [];
  stranger.on('message', (datagram) => answers.push(datagram));
  const request = { kind: 'request', token: 1n, sequence: 1 } as const;
  stranger.send(encodeProbe(request, Buffer.from('a key of somebody else')), port, '127.0.0.1');
  stranger.send(Buffer.from('rubbish'), port, '127.0.0.1');
  stranger.send(encodeProbe(request, Buffer.from(key)), port, '127.0.0.1');
  await expect.poll(() => answers, patience).toHaveLength(1);
  expect(answers[0]).toEqual(encodeProbe({ ...request, kind: 'answer' }, Buffer.from(key)));
  expect(answers[0]).toHaveLength(datagramBytes);
  const metrics = await metricsOf(edges[1]);
  expect(metrics).toContain('canopy_edge_probe_datagrams_dropped_total{why="not authentic"} 1');
  expect(metrics).toContain('canopy_edge_probe_datagrams_dropped_total{why="malformed"} 1');
});

test('a flood of forged probes is dropped and counted while the known edges go on being measured', async () => {
  const port = await probePort('probe-c');
  const forged = encodeProbe({ kind: 'request', token: 1n, sequence: 1 }, Buffer.from('a key of somebody else'));
  const dropped = async () => Number(/why="too many"\} (\d+)/.exec(await metricsOf(edges[2]))?.[1] ?? 0);
  const flood = setInterval(() => {
    for (let count = 0; count < 50; count++) stranger.send(forged, port, '127.0.0.1');
  }, 10);
  try {
    await expect.poll(dropped, patience).toBeGreaterThan(1_000);
    const heard = bus.heartbeats.length;
    const freshFrom = () => bus.heartbeats.slice(heard).filter(({ edgeId }) => edgeId === 'probe-c');
    await expect.poll(() => freshFrom().length, patience).toBeGreaterThan(3);
    // Were they crowded out, next to nothing would come through; on a busy machine one of theirs may be too late.
    for (const { neighbours } of freshFrom()) expect(neighbours.map(({ loss }) => loss < 0.5)).toEqual([true, true]);
  } finally {
    clearInterval(flood);
  }
});

test('an edge without the key neither probes nor is probed', async () => {
  await using keyless = await startInProcessEdge('probe-keyless', natsUrl);
  await expect.poll(() => lastHeartbeat(keyless.id), patience).toMatchObject({ probeAddress: '', neighbours: [] });
  const heard = bus.heartbeats.length;
  await expect
    .poll(() => bus.heartbeats.slice(heard).filter(({ edgeId }) => edgeId === 'probe-a').length, patience)
    .toBeGreaterThan(2);
  expect(lastHeartbeat('probe-a')?.neighbours.map(({ edgeId }) => edgeId)).not.toContain(keyless.id);
});

test('a neighbour that is gone shows as loss', async () => {
  const gone = await startInProcessEdge('probe-gone', natsUrl, { probing });
  await expect.poll(() => measuredBy('probe-a'), patience).toContain('probe-gone');
  await gone[Symbol.asyncDispose]();
  const lossTo = () => lastHeartbeat('probe-a')?.neighbours.find(({ edgeId }) => edgeId === 'probe-gone')?.loss ?? 0;
  await expect.poll(lossTo, patience).toBeGreaterThan(0.3);

  const [asker] = edges;
  if (asker === undefined) throw new Error('nobody asks');
  const measured = await scrape(asker);
  const lossOf = (neighbour: string) => measured(`canopy_edge_neighbour_loss_ratio{neighbour="${neighbour}"}`);
  expect(lossOf('probe-gone')).toBeGreaterThan(0.3);
  expect(lossOf('probe-gone')).toBeLessThanOrEqual(1);
  for (const neighbour of ['probe-b', 'probe-c']) expect(lossOf(neighbour), neighbour).toBeLessThan(0.3);
});
