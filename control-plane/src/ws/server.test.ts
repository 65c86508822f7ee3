import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { systemClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { defaultSignalLimits } from './limits.ts';
import { SignalServer } from './server.ts';
import type { SignalUseCases } from './signal-use-cases.ts';

/** A server that lets nobody in from elsewhere than `ours`, or whom its door does not admit, and the results of handshakes with it, all from one address. */
async function listening(mostPerAddress = 100) {
  const results: string[] = [];
  const door: { admit(): Promise<void> } = { admit: async () => {} };
  const server = new SignalServer({
    // Nobody says hello.
    useCases: {} as SignalUseCases,
    limits: defaultSignalLimits,
    clock: systemClock,
    logger: silentLogger,
    addressOf: () => '203.0.113.1',
    originAllowed: ({ headers }) => headers.origin === 'https://ours.example',
    admit: () => door.admit(),
    mostPerAddress,
    clientsBelieved: false,
    onHandshake: (result) => results.push(result),
  });
  const http = createServer();
  server.listen(http);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(async () => {
    await server.stop();
    http.close();
  });
  const { port } = http.address() as AddressInfo;
  /** With what status a handshake is answered; 101: it is done. */
  const shake = async (path = '/v1/signal', origin = 'https://ours.example') => {
    const ws = new WebSocket(`ws://127.0.0.1:${port}${path}`, { origin });
    onTestFinished(() => ws.terminate());
    const refused = once(ws, 'unexpected-response').then(([, { statusCode }]) => Number(statusCode));
    // Refused, it ends with an error too.
    ws.on('error', () => {});
    return await Promise.race([once(ws, 'open').then(() => 101), refused]);
  };
  return { server, port, results, door, shake };
}

test('tells how each handshake ended', async () => {
  const { server, results, door, shake } = await listening();
  expect(await shake()).toBe(101);
  expect(await shake('/v1/signal', 'https://theirs.example')).toBe(101);
  door.admit = async () => {
    throw new CanopyError('RATE_LIMITED');
  };
  expect(await shake()).toBe(429);
  await server.stop();
  expect(await shake()).toBe(503);
  expect(results).toEqual(['ok', 'ORIGIN_REFUSED', 'RATE_LIMITED', 'SHUTTING_DOWN']);
});

test('who was still being admitted when the server stopped does not come in', async () => {
  const { server, results, door, shake } = await listening();
  const [asked, admitted] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  door.admit = () => {
    asked.resolve();
    return admitted.promise;
  };
  const status = shake();
  await asked.promise;
  await server.stop();
  admitted.resolve();
  expect(await status).toBe(503);
  expect([results, server.connections]).toEqual([['SHUTTING_DOWN'], 0]);
});

test('an address that has as many connections open as it may is refused one more; a handshake that failed does not count', async () => {
  const { server, results, door, shake } = await listening(1);
  door.admit = async () => {
    throw new CanopyError('STATE_UNAVAILABLE');
  };
  expect(await shake()).toBe(503);
  door.admit = async () => {};
  await expect.poll(() => shake(), { timeout: 10_000 }).toBe(101);
  expect(await shake()).toBe(429);
  await server.stop();
  expect(results.filter((result) => result === 'ok')).toHaveLength(1);
});

test('what asks for another path, or for none at all, is no handshake', async () => {
  const { port, results, shake } = await listening();
  expect(await shake('/v2/signal')).toBe(404);
  const socket = connect(port, '127.0.0.1');
  socket.write('GET // HTTP/1.1\r\nHost: ours.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1.1 404 /);
  expect(results).toEqual([]);
});
