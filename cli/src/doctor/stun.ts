import { createHmac, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

export interface IceCredentials {
  /** Of the other side. */
  usernameFragment: string;
  password: string;
}

/** A request, and how to tell its answer. */
export interface StunRequest {
  packet: Buffer;
  isAnswer: (packet: Buffer) => boolean;
}

export type StunAttribute = readonly [type: number, value: Buffer];

const magicCookie = 0x2112a442;
const bindingMethod = 0x0001;
export const headerBytes = 20;

const types = {
  username: 0x0006,
  integrity: 0x0008,
  errorCode: 0x0009,
  priority: 0x0024,
  fingerprint: 0x8028,
  controlling: 0x802a,
};
const integrityBytes = 24;
const fingerprintBytes = 8;

/** A connectivity check as ICE makes it (RFC 8445 §7.2). */
export function connectivityCheck({ usernameFragment, password }: IceCredentials): StunRequest {
  const priority = Buffer.alloc(4);
  priority.writeUInt32BE(0x6e7f1eff);
  const attributes: StunAttribute[] = [
    [types.username, Buffer.from(`${usernameFragment}:doctor`)],
    [types.priority, priority],
    [types.controlling, randomBytes(8)],
  ];
  return stunRequest(bindingMethod, attributes, password);
}

/** A request with a fingerprint, and signed where there is a key (RFC 8489 §14.5, §14.7). */
export function stunRequest(
  method: number,
  attributes: readonly StunAttribute[],
  key: string | Buffer | undefined,
): StunRequest {
  const transaction = randomBytes(12);
  const body = Buffer.concat(attributes.map(encode));
  const signed = key === undefined ? body : Buffer.concat([body, integrity(method, transaction, body, key)]);
  // Each of the last two covers the message before it, with a length that counts itself.
  const marked = message(method, transaction, signed, fingerprintBytes);
  const fingerprint = Buffer.alloc(4);
  fingerprint.writeUInt32BE((crc32(marked) ^ 0x5354554e) >>> 0);
  return {
    packet: Buffer.concat([marked, encode([types.fingerprint, fingerprint])]),
    isAnswer: (packet) =>
      packet.length >= headerBytes &&
      packet.readUInt32BE(4) === magicCookie &&
      packet.subarray(8, headerBytes).equals(transaction),
  };
}

/** The attributes of a message, by type; those that are cut off are left out. */
export function attributesOf(packet: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = headerBytes; at + 4 <= packet.length; ) {
    const length = packet.readUInt16BE(at + 2);
    if (at + 4 + length > packet.length) break;
    found.set(packet.readUInt16BE(at), packet.subarray(at + 4, at + 4 + length));
    at += 4 + padded(length);
  }
  return found;
}

/** By what code a request was refused (RFC 8489 §14.8); 0: it was not. */
export function refusalOf(attributes: ReadonlyMap<number, Buffer>): number {
  const code = attributes.get(types.errorCode);
  return code === undefined || code.length < 4 ? 0 : code.readUInt8(2) * 100 + code.readUInt8(3);
}

/** Whether something can be sent to it. */
export function isPort(port: number): boolean {
  return port > 0 && port <= 65_535;
}

function integrity(method: number, transaction: Buffer, body: Buffer, key: string | Buffer): Buffer {
  const digest = createHmac('sha1', key)
    .update(message(method, transaction, body, integrityBytes))
    .digest();
  return encode([types.integrity, digest]);
}

function message(method: number, transaction: Buffer, body: Buffer, more: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(method, 0);
  header.writeUInt16BE(body.length + more, 2);
  header.writeUInt32BE(magicCookie, 4);
  return Buffer.concat([header, transaction, body]);
}

function encode([type, value]: StunAttribute): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value, Buffer.alloc(padded(value.length) - value.length)]);
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
