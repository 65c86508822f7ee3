import { createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { connectivityCheck } from './stun.ts';

test('a check is signed with the password and ends with a fingerprint', () => {
  const { packet } = connectivityCheck({ usernameFragment: 'abcd', password: 'secret' });
  expect(packet.readUInt16BE(2)).toBe(packet.length - 20);
  expect(packet.readUInt32BE(packet.length - 4)).toBe((crc32(packet.subarray(0, -8)) ^ 0x5354554e) >>> 0);
  const signed = Buffer.from(packet.subarray(0, -32));
  signed.writeUInt16BE(packet.length - 20 - 8, 2);
  const hmac = createHmac('sha1', 'secret').update(signed).digest();
  expect(packet.subarray(-28, -8)).toEqual(hmac);
});

test('only what has its transaction is its answer', () => {
  const one = connectivityCheck({ usernameFragment: 'abcd', password: 'secret' });
  const two = connectivityCheck({ usernameFragment: 'abcd', password: 'secret' });
  expect(one.isAnswer(one.packet)).toBe(true);
  expect(one.isAnswer(two.packet)).toBe(false);
  expect(one.isAnswer(Buffer.alloc(3))).toBe(false);
});
