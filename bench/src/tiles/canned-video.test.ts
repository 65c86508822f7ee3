import { expect, test } from 'vitest';
import { framesOf, packetsOf } from './canned-video.ts';

/** An IVF file of these frames. */
function ivf(...frames: Buffer[]): Buffer {
  const parts = frames.flatMap((frame) => {
    const header = Buffer.alloc(12);
    header.writeUInt32LE(frame.length, 0);
    return [header, frame];
  });
  return Buffer.concat([Buffer.alloc(32), ...parts]);
}

test('the frames of a file are those that were written', () => {
  const frames = [Buffer.from('first'), Buffer.alloc(3_000, 7), Buffer.from('last')];
  expect(framesOf(ivf(...frames))).toEqual(frames);
});

test('a frame is in its packets as it was, and the first of them starts it', () => {
  const frame = Buffer.from(Array.from({ length: 3_000 }, (_, index) => index % 251));
  const packets = packetsOf(frame);
  expect(Buffer.concat(packets.map((packet) => packet.subarray(1)))).toEqual(frame);
  expect(packets.map((packet) => packet[0])).toEqual([0x10, 0, 0]);
});
