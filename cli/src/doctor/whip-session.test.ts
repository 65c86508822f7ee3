import { expect, test } from 'vitest';
import { readAnswer } from './whip-session.ts';

test('an answer tells the media ports and what opens them', () => {
  const answer = [
    'a=ice-ufrag:abc',
    'a=ice-pwd:def',
    'a=candidate:udpcandidate 1 udp 1076302079 203.0.113.7 40000 typ host',
    'a=candidate:tcpcandidate 1 tcp 1076276479 203.0.113.7 40000 typ host tcptype passive',
  ].join('\r\n');
  const address = '203.0.113.7';
  expect(readAnswer(answer)).toEqual({
    usernameFragment: 'abc',
    password: 'def',
    candidates: [
      { protocol: 'udp', address, port: 40_000 },
      { protocol: 'tcp', address, port: 40_000 },
    ],
  });
});
