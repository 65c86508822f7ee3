import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { clientAddress } from './client-address.ts';

function from(peer: string, forwarded?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: peer });
  const request = new IncomingMessage(socket);
  if (forwarded !== undefined) request.headers['x-forwarded-for'] = forwarded;
  return request;
}

describe('a client’s address', () => {
  it('is the peer’s, whatever the peer claims, unless it is a trusted proxy', () => {
    expect(clientAddress([])(from('203.0.113.5', '198.51.100.1'))).toBe('203.0.113.5');
    expect(clientAddress(['10.0.0.0/8'])(from('203.0.113.5', '198.51.100.1'))).toBe('203.0.113.5');
  });

  it('is what the last trusted proxy saw, not what the client wrote before', () => {
    const address = clientAddress(['10.0.0.0/8', 'fd00::1']);
    expect(address(from('10.0.0.1', '1.2.3.4, 198.51.100.1'))).toBe('198.51.100.1');
    expect(address(from('::ffff:10.0.0.1', '1.2.3.4, 198.51.100.1, 10.9.9.9'))).toBe('198.51.100.1');
    expect(address(from('fd00::1', '2001:db8::7'))).toBe('2001:db8::7');
  });

  it('is the proxy’s when the header is nonsense', () => {
    expect(clientAddress(['10.0.0.1'])(from('10.0.0.1', 'localhost'))).toBe('10.0.0.1');
  });
});
