import { expect, test } from 'vitest';
import { keyFrameRequests, mostSurelyWithin, mostWithin } from './key-frame-requests.ts';

function feedback(format: number, mediaSsrc: number, control: readonly number[] = []): Buffer {
  const packet = Buffer.alloc(12 + 4 * control.length);
  packet[0] = 0x80 | format;
  packet[1] = 206;
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
  packet.writeUInt32BE(mediaSsrc, 8);
  for (const [index, word] of control.entries()) packet.writeUInt32BE(word, 12 + 4 * index);
  return packet;
}

test('a compound packet asks for every stream it names, by PLI or FIR', () => {
  const receiverReport = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 9]);
  const remb = feedback(15, 0, [0, 0]);
  const packet = Buffer.concat([receiverReport, feedback(1, 7), remb, feedback(4, 0, [8, 0x0100_0000])]);
  expect(keyFrameRequests(packet)).toEqual([7, 8]);
});

test('a receiver report asks for nothing', () => {
  expect(keyFrameRequests(Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 9]))).toEqual([]);
});

test('the densest window is found, its end not included', () => {
  expect(mostWithin([], 500)).toBe(0);
  expect(mostWithin([0, 500, 1_000], 500)).toBe(1);
  expect(mostWithin([0, 600, 700, 1_099, 1_100, 3_000], 500)).toBe(3);
});

test('what may have been seen late is not taken for close together', () => {
  const seen = (earliest: number, latest: number) => ({ earliest, latest });
  expect(mostSurelyWithin([seen(0, 400), seen(480, 520)], 500)).toBe(1);
  expect(mostSurelyWithin([seen(0, 20), seen(100, 499)], 500)).toBe(2);
});
