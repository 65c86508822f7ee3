import { expect, test } from 'vitest';
import { captureDelayMs, ntpOfUnixEpochMs } from './capture-delay.ts';

const frame = { timestamp: 1_000_180, captureTimestamp: ntpOfUnixEpochMs + 1_000_100 };

test('clocks that agree need no correction', () => {
  expect(captureDelayMs(frame, { sender: 0, receiver: 0 })).toBe(80);
});

test('a clock that is ahead is put right, at either end', () => {
  expect(
    captureDelayMs({ ...frame, captureTimestamp: frame.captureTimestamp + 5_000 }, { sender: 5_000, receiver: 0 }),
  ).toBe(80);
  expect(captureDelayMs({ ...frame, timestamp: 997_180 }, { sender: 0, receiver: -3_000 })).toBe(80);
});

test('nothing is played before it was captured, whatever the measurement says', () => {
  expect(captureDelayMs(frame, { sender: -90, receiver: 0 })).toBe(0);
});

test('what is not known is not made up', () => {
  expect(captureDelayMs(undefined, { sender: 0, receiver: 0 })).toBeUndefined();
  expect(captureDelayMs({ timestamp: 1 }, { sender: 0, receiver: 0 })).toBeUndefined();
  expect(captureDelayMs(frame, { sender: undefined, receiver: 0 })).toBeUndefined();
  expect(captureDelayMs(frame, { sender: 0, receiver: undefined })).toBeUndefined();
});
