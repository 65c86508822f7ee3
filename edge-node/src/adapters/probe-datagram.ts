import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Probe } from '../app/ports/probes.ts';

/*
 * 36 bytes, in both directions, so that an answer never says more than was asked:
 *   0  "CNP1"
 *   4  kind: 1 request, 2 answer; then three zero bytes
 *   8  token, 64 bits
 *  16  sequence, 32 bits
 *  20  HMAC-SHA-256 over the 20 bytes before, its first 16 bytes (RFC 2104 §5)
 */
const magic = Buffer.from('CNP1');
const kinds = { request: 1, answer: 2 } as const;
const signedBytes = 20;
const macBytes = 16;

export const datagramBytes = signedBytes + macBytes;

export function encodeProbe({ kind, token, sequence }: Probe, key: Buffer): Buffer {
  const datagram = Buffer.alloc(datagramBytes);
  magic.copy(datagram);
  datagram.writeUInt8(kinds[kind], 4);
  datagram.writeBigUInt64BE(token, 8);
  datagram.writeUInt32BE(sequence, 16);
  mac(datagram, key).copy(datagram, signedBytes);
  return datagram;
}

/** Whether it may be a probe at all, as far as that can be said without any work. */
export function looksLikeProbe(datagram: Buffer): boolean {
  if (datagram.length !== datagramBytes || !datagram.subarray(0, magic.length).equals(magic)) return false;
  const kind = datagram.readUInt8(4);
  return kind === kinds.request || kind === kinds.answer;
}

/** The probe in a datagram that looks like one; undefined when whoever sent it does not have the key. */
export function decodeProbe(datagram: Buffer, key: Buffer): Probe | undefined {
  if (!timingSafeEqual(mac(datagram, key), datagram.subarray(signedBytes))) return undefined;
  return {
    kind: datagram.readUInt8(4) === kinds.request ? 'request' : 'answer',
    token: datagram.readBigUInt64BE(8),
    sequence: datagram.readUInt32BE(16),
  };
}

function mac(datagram: Buffer, key: Buffer): Buffer {
  return createHmac('sha256', key).update(datagram.subarray(0, signedBytes)).digest().subarray(0, macBytes);
}
