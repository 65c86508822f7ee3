import { fuzzing, fuzzTimeoutMs, mangled, mangledBytes } from '@canopy/runtime/testing/fuzz';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attributesOf, connectivityCheck, refusalOf, stunRequest } from '../doctor/stun.ts';
import { parseRelayUrl, readRelays } from '../doctor/turn.ts';
import { readAnswer } from '../doctor/whip-session.ts';

test('an answer of a relay or an edge says how it refuses, or nothing', { timeout: fuzzTimeoutMs }, () => {
  const request = connectivityCheck({ usernameFragment: 'abcd', password: 'secret' });
  const refusal = stunRequest(0x0113, [[0x0009, Buffer.from([0, 0, 4, 38])]], undefined);
  fc.assert(
    fc.property(mangledBytes([request.packet, refusal.packet]), (bytes) => {
      const packet = Buffer.from(bytes);
      request.isAnswer(packet);
      const attributes = attributesOf(packet);
      const read = [...attributes.values()].reduce((sum, { length }) => sum + length, 0);
      expect(read).toBeLessThanOrEqual(packet.length);
      expect(refusalOf(attributes)).toBeGreaterThanOrEqual(0);
    }),
    fuzzing(),
  );
});

test('a relay that an answer names is one that can be asked, or none', { timeout: fuzzTimeoutMs }, () => {
  const link = (url: string) => `<${url}>; rel="ice-server"; username="1:ada"; credential="a=b"`;
  const urls = ['turn:fra-1.example.org:3479?transport=tcp', 'turns:[2001:db8::7]?transport=tcp'];
  fc.assert(
    fc.property(mangled([urls.map(link).join(', '), ...urls]), (text) => {
      for (const url of [text, ...readRelays(text).map((relay) => relay.url)]) {
        const address = parseRelayUrl(url);
        if (address === undefined) continue;
        expect(address.host).not.toBe('');
        expect(address.port).toBeGreaterThan(0);
        expect(address.port).toBeLessThanOrEqual(65_535);
      }
    }),
    fuzzing(1_000),
  );
});

test('an answer of WHIP has addresses that can be sent to, or none', { timeout: fuzzTimeoutMs }, () => {
  const answer = ['a=ice-ufrag:abcd', 'a=ice-pwd:secret', 'a=candidate:1 1 udp 7 203.0.113.7 40000 typ host', ''];
  fc.assert(
    fc.property(mangled([answer.join('\r\n')]), (text) => {
      for (const { address, port } of readAnswer(text).candidates) {
        expect(address).not.toBe('');
        expect(port).toBeGreaterThan(0);
        expect(port).toBeLessThanOrEqual(65_535);
      }
    }),
    fuzzing(1_000),
  );
});
