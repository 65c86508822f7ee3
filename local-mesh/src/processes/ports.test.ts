import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePorts, isPortTaken } from './ports.ts';

test('free ports are different and free; a port with a listener is taken', async () => {
  const ports = await freePorts(20);
  expect(new Set(ports).size).toBe(20);
  const [port = 0] = ports;
  expect(await isPortTaken(port)).toBe(false);
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  expect(await isPortTaken(port)).toBe(true);
  server.close();
});
