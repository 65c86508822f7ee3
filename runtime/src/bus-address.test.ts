import { expect, test } from 'vitest';
import { busAddress } from './bus-address.ts';

test('a bus that asks nobody for a name is a host and a port', () => {
  expect(busAddress('nats://127.0.0.1:4222')).toEqual({ servers: '127.0.0.1:4222' });
});

test('a name and a password are taken from the URL as they were meant', () => {
  expect(busAddress('tls://fra-1:a%2Fb%40c@bus.example.com:4222')).toEqual({
    servers: 'bus.example.com:4222',
    user: 'fra-1',
    pass: 'a/b@c',
    tls: {},
  });
});
