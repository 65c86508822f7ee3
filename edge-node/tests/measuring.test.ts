import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authority } from '@canopy/local-mesh/testing/authority';
import { silentLogger } from '@canopy/runtime/logger';
import { keptLog } from '@canopy/runtime/testing/kept-log';
import { expect, onTestFinished, test } from 'vitest';
import { startMeasuringServer } from '../src/http/measuring.ts';
import { BusListener, startInProcessEdge } from '../src/testing/index.ts';

const natsUrl = process.env.NATS_URL ?? '';
const onLoopback = { host: '127.0.0.1', port: 0, logger: silentLogger };

test('an edge with a certificate says where browsers measure over HTTPS, and answers nothing else there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'canopy-measuring-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { caFile, certFile, keyFile } = await (await Authority.create(folder)).issue('measured');
  await using bus = await BusListener.start(natsUrl);
  await using _edge = await startInProcessEdge('measured', natsUrl, {
    public: { listen: { host: '127.0.0.1', port: 0 }, url: undefined, tls: { certFile, keyFile } },
  });
  const told = () => bus.heartbeats.find(({ edgeId }) => edgeId === 'measured')?.measuringUrl;
  await expect.poll(told).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/ping$/);
  const url = told() ?? '';
  const ca = readFileSync(caFile);
  expect(await statusOf(url, ca)).toBe(204);
  expect(await statusOf(url.replace('/ping', '/metrics'), ca)).toBe(404);
});

test('an edge says where each of its workers takes media', async () => {
  await using bus = await BusListener.start(natsUrl);
  await using edge = await startInProcessEdge('open', natsUrl, { workers: 2 });
  const told = () => bus.heartbeats.find(({ edgeId }) => edgeId === 'open');
  await expect.poll(() => told()?.mediaHost).toBe('127.0.0.1');
  const ports = told()?.workers.map(({ mediaPort }) => mediaPort);
  expect(ports).toEqual([...edge.context.workers.mediaPorts.values()]);
  expect(new Set(ports).size).toBe(2);
});

test('an address that asks without end is refused', async () => {
  const server = await startMeasuringServer(onLoopback, { ratePerSecond: 0, burst: 2 });
  onTestFinished(() => server.close());
  const statuses = [];
  for (let request = 0; request < 3; request++) {
    statuses.push((await fetch(`http://127.0.0.1:${server.port}/ping`)).status);
  }
  expect(statuses).toEqual([204, 204, 429]);
});

test('neither an address nor all together hold more connections than there are to have', async () => {
  const { logger, lines } = keptLog('measured');
  const everywhere = { host: '0.0.0.0', port: 0, logger };
  const server = await startMeasuringServer(everywhere, undefined, { total: 3, perAddress: 2 });
  onTestFinished(() => server.close());
  const ask = async (localAddress: string) => {
    const socket = connect({ host: '127.0.0.1', port: server.port, localAddress });
    onTestFinished(() => void socket.destroy());
    const served = await new Promise<boolean>((resolve) => {
      socket.on('connect', () => socket.write('GET /ping HTTP/1.1\r\nhost: edge\r\n\r\n'));
      socket.on('data', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('close', () => resolve(false));
    });
    return { served, socket };
  };
  const first = await ask('127.0.0.1');
  const served = [first.served];
  for (const address of ['127.0.0.1', '127.0.0.1', '127.0.0.2', '127.0.0.3']) served.push((await ask(address)).served);
  expect(served).toEqual([true, true, false, true, false]);
  // The second is told of in a minute, if one more is refused then.
  expect(lines()).toMatchObject([{ level: 'warn', refused: 1 }]);
  first.socket.destroy();
  await expect.poll(async () => (await ask('127.0.0.1')).served).toBe(true);
});

test('who says nothing does not keep a connection', async () => {
  const server = await startMeasuringServer(onLoopback);
  onTestFinished(() => server.close());
  const socket = connect({ host: '127.0.0.1', port: server.port });
  socket.resume();
  const openedAt = performance.now();
  await once(socket, 'close');
  // Of itself Node takes a minute.
  expect(performance.now() - openedAt).toBeLessThan(30_000);
});

function statusOf(url: string, ca: Buffer): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { ca, agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end();
  });
}
