import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Probe } from '../app/ports/probes.ts';
import { datagramBytes, decodeProbe, encodeProbe, looksLikeProbe } from './probe-datagram.ts';

const key = Buffer.from('a secret of some length');

const probes: fc.Arbitrary<Probe> = fc.record({
  kind: fc.constantFrom('request' as const, 'answer' as const),
  token: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  sequence: fc.nat({ max: 2 ** 32 - 1 }),
});

test('a probe is read as it was written', () => {
  fc.assert(
    fc.property(probes, (probe) => {
      const datagram = encodeProbe(probe, key);
      expect(looksLikeProbe(datagram)).toBe(true);
      expect(decodeProbe(datagram, key)).toEqual(probe);
    }),
  );
});

test('an answer is as long as its request', () => {
  const request: Probe = { kind: 'request', token: 1n, sequence: 1 };
  expect(encodeProbe(request, key)).toHaveLength(datagramBytes);
  expect(encodeProbe({ ...request, kind: 'answer' }, key)).toHaveLength(datagramBytes);
});

test('a datagram with any bit changed, or signed with another key, is none', () => {
  fc.assert(
    fc.property(probes, fc.nat({ max: datagramBytes * 8 - 1 }), (probe, bit) => {
      const datagram = encodeProbe(probe, key);
      datagram[bit >> 3] = (datagram[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(looksLikeProbe(datagram) ? decodeProbe(datagram, key) : undefined).toBeUndefined();
      expect(decodeProbe(encodeProbe(probe, Buffer.from('another secret, as long')), key)).toBeUndefined();
    }),
  );
});

test('anything else does not even look like a probe', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(looksLikeProbe(Buffer.from(bytes))).toBe(false);
    }),
  );
});
