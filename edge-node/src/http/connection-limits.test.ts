import { once } from 'node:events';
import { Server, Socket } from 'node:net';
import { expect, test } from 'vitest';
import { limitConnections } from './connection-limits.ts';

test('who owns a network of IPv6 holds no more connections than who has one address of IPv4', async () => {
  const server = new Server();
  let refused = 0;
  limitConnections(server, { total: 100, perAddress: 1, onRefused: () => refused++ });
  const comeFrom = (remoteAddress: string) => {
    const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
    server.emit('connection', socket);
    return socket;
  };
  const first = comeFrom('2001:db8:1:2::3');
  expect(comeFrom('2001:db8:1:2:ffff::').destroyed).toBe(true);
  expect(comeFrom('2001:db8:1:3::3').destroyed).toBe(false);
  expect(comeFrom('::ffff:192.0.2.1').destroyed).toBe(false);
  expect(comeFrom('::ffff:192.0.2.2').destroyed).toBe(false);
  expect(comeFrom('192.0.2.1').destroyed).toBe(true);
  expect(refused).toBe(2);
  first.destroy();
  await once(first, 'close');
  expect(comeFrom('2001:db8:1:2:ffff::').destroyed).toBe(false);
});
