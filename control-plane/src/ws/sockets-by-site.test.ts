import { expect, test } from 'vitest';
import { SocketsBySite } from './sockets-by-site.ts';

const refusal = expect.objectContaining({ code: 'RATE_LIMITED', retryable: true, retryAfterMs: 10_000 });

test('a site has no more sockets open than it may, whichever of its addresses they come from', () => {
  const sockets = new SocketsBySite(2);
  sockets.enter('2001:db8::1');
  sockets.enter('2001:db8::2');
  expect(() => sockets.enter('2001:db8::3')).toThrow(refusal);
  sockets.enter('2001:db8:0:1::3');
  sockets.enter('192.0.2.1');
  sockets.leave('2001:db8::1');
  sockets.enter('2001:db8::3');
  expect(() => sockets.enter('2001:db8::4')).toThrow(refusal);
});

test('a site whose sockets are all closed is forgotten', () => {
  const sockets = new SocketsBySite(2);
  const addresses = ['192.0.2.1', '192.0.2.1', '192.0.2.2'];
  for (const address of addresses) sockets.enter(address);
  expect(sockets.size).toBe(2);
  for (const address of addresses) sockets.leave(address);
  expect(sockets.size).toBe(0);
});
