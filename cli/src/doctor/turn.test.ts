import { expect, test } from 'vitest';
import { parseRelayUrl, readRelays } from './turn.ts';

test('a URL of a relay says where it is, and the scheme what it does not', () => {
  expect(parseRelayUrl('turn:fra-1.example.org:3479?transport=tcp')).toEqual({
    host: 'fra-1.example.org',
    port: 3479,
    transport: 'tcp',
  });
  expect(parseRelayUrl('turn:203.0.113.7')).toEqual({ host: '203.0.113.7', port: 3478, transport: 'udp' });
  expect(parseRelayUrl('turns:[2001:db8::7]?transport=tcp')).toEqual({
    host: '2001:db8::7',
    port: 5349,
    transport: 'tls',
  });
  expect(parseRelayUrl('TURNS:fra-1?transport=TCP')).toEqual({ host: 'fra-1', port: 5349, transport: 'tls' });
  expect(parseRelayUrl('turn:fra-1?transport=TCP')).toMatchObject({ transport: 'tcp' });
  expect(parseRelayUrl('turn:fra-1:65536')).toBeUndefined();
  expect(parseRelayUrl('http://fra-1.example.org')).toBeUndefined();
});

test('all relays are read that an answer names, and other links left', () => {
  const link = (url: string) =>
    `<${url}>; rel="ice-server"; username="1:ada"; credential="a=b"; credential-type="password"`;
  const header = [link('turn:a?transport=udp'), '</help>; rel="help"', link('turns:a')].join(', ');
  expect(readRelays(header)).toEqual([
    { url: 'turn:a?transport=udp', username: '1:ada', credential: 'a=b' },
    { url: 'turns:a', username: '1:ada', credential: 'a=b' },
  ]);
  expect(readRelays('')).toEqual([]);
});
