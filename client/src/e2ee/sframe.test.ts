import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../testing/hex.ts';
import { decodeHeader, encodeHeader } from './sframe-header.ts';
import { concat, SFrameKey } from './sframe-key.ts';

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

describe('the header of a frame', () => {
  // RFC 9605, appendix C.1.
  it.each([
    [0n, 0n, '00'],
    [0n, 1n, '01'],
    [0n, 255n, '08ff'],
    [0n, 256n, '090100'],
    [0n, 65_536n, '0a010000'],
    [0n, 4_294_967_296n, '0c0100000000'],
    [0n, 18_446_744_073_709_551_615n, '0fffffffffffffffff'],
    [1n, 255n, '18ff'],
    [255n, 0n, '80ff'],
    [255n, 72_057_594_037_927_936n, '8fff0100000000000000'],
    [256n, 281_474_976_710_655n, '9d0100ffffffffffff'],
    [65_535n, 256n, '99ffff0100'],
    [16_777_216n, 4_294_967_295n, 'bb01000000ffffffff'],
    [4_294_967_296n, 1n, 'c10100000000'],
    [18_446_744_073_709_551_615n, 256n, 'f9ffffffffffffffff0100'],
    [18_446_744_073_709_551_615n, 18_446_744_073_709_551_615n, 'ffffffffffffffffffffffffffffffffff'],
  ])('is as the RFC has it for key %i and counter %i', (keyId, counter, encoded) => {
    expect(toHex(encodeHeader({ keyId, counter }))).toBe(encoded);
    expect(decodeHeader(fromHex(encoded))).toEqual({ keyId, counter, length: encoded.length / 2 });
  });

  it('comes back as it was, whatever follows it', () => {
    fc.assert(
      fc.property(uint64, uint64, fc.uint8Array(), (keyId, counter, rest) => {
        const header = encodeHeader({ keyId, counter });
        expect(decodeHeader(concat(header, rest))).toEqual({ keyId, counter, length: header.length });
      }),
    );
  });

  it('is read from anything without a failure, and never from more than there is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (frame) => {
        const header = decodeHeader(frame);
        if (header === undefined) return;
        expect(header.length).toBeLessThanOrEqual(frame.length);
        expect(header.keyId).toBeLessThan(2n ** 64n);
        expect(header.counter).toBeLessThan(2n ** 64n);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a key', () => {
  // RFC 9605, appendix C.3, AES_128_GCM_SHA256_128.
  const baseKey = fromHex('000102030405060708090a0b0c0d0e0f');
  const metadata = fromHex('4945544620534672616d65205747');
  const plaintext = fromHex('64726166742d696574662d736672616d652d656e63');
  const ciphertext = '9901234567b7412c2513a1b66dbb48841bbaf17f598751176ad847681a69c6d0b091c07018ce4adb34eb';

  const opened = async (key: SFrameKey, frame: Uint8Array<ArrayBuffer>, beside = metadata) => {
    const header = decodeHeader(frame);
    return header && key.decrypt(header, frame, beside);
  };

  it('encrypts and decrypts as the RFC has it', async () => {
    const key = await SFrameKey.derive(baseKey, 0x123n);
    expect(toHex(await key.encrypt(0x4567n, plaintext, metadata))).toBe(ciphertext);
    expect(await opened(key, fromHex(ciphertext))).toEqual(plaintext);
  });

  it('opens nothing that was changed, in any bit, nor what another key encrypted', async () => {
    const key = await SFrameKey.derive(baseKey, 0x123n);
    const frame = fromHex(ciphertext);
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const changed = Uint8Array.from(frame);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await opened(key, changed)).toBeUndefined();
    }
    expect(await opened(key, frame, fromHex('00'))).toBeUndefined();
    expect(await opened(await SFrameKey.derive(baseKey, 0x124n), frame)).toBeUndefined();
  });
});
