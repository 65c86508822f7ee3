import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePorts, isPortTaken, keepPort } from './ports.ts';

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

test('nobody is given a port twice, or one that somebody chose, whether they listen there yet or not', async () => {
  const chosen = Array.from({ length: 2_000 }, (_, index) => 5_000 + index);
  for (const port of chosen) keepPort(port);
  const ports = (await Promise.all(Array.from({ length: 20 }, () => freePorts(50)))).flat();
  expect(new Set(ports).size).toBe(1_000);
  expect(ports.filter((port) => chosen.includes(port))).toEqual([]);
});
