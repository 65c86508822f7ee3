import { createHmac, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

export interface IceCredentials {
  /** Of the other side. */
  usernameFragment: string;
  password: string;
}

const magicCookie = 0x2112a442;
const bindingRequest = 0x0001;
const headerBytes = 20;

const attribute = { username: 0x0006, integrity: 0x0008, priority: 0x0024, fingerprint: 0x8028, controlling: 0x802a };
const integrityBytes = 24;
const fingerprintBytes = 8;

/** A connectivity check as ICE makes it (RFC 8445 §7.2, RFC 8489), and how to tell its answer. */
export function connectivityCheck({ usernameFragment, password }: IceCredentials): {
  packet: Buffer;
  isAnswer(packet: Buffer): boolean;
} {
  const transaction = randomBytes(12);
  const priority = Buffer.alloc(4);
  priority.writeUInt32BE(0x6e7f1eff);
  const body = Buffer.concat([
    encode(attribute.username, Buffer.from(`${usernameFragment}:doctor`)),
    encode(attribute.priority, priority),
    encode(attribute.controlling, randomBytes(8)),
  ]);
  // Each of the last two covers the message before it, with a length that counts itself.
  const signed = message(transaction, body, integrityBytes);
  const integrity = encode(attribute.integrity, createHmac('sha1', password).update(signed).digest());
  const marked = message(transaction, Buffer.concat([body, integrity]), fingerprintBytes);
  const fingerprint = Buffer.alloc(4);
  fingerprint.writeUInt32BE((crc32(marked) ^ 0x5354554e) >>> 0);
  return {
    packet: Buffer.concat([marked, encode(attribute.fingerprint, fingerprint)]),
    isAnswer: (packet) =>
      packet.length >= headerBytes &&
      packet.readUInt32BE(4) === magicCookie &&
      packet.subarray(8, headerBytes).equals(transaction),
  };
}

function message(transaction: Buffer, body: Buffer, more: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(bindingRequest, 0);
  header.writeUInt16BE(body.length + more, 2);
  header.writeUInt32BE(magicCookie, 4);
  return Buffer.concat([header, transaction, body]);
}

function encode(type: number, value: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}
