import { expect, test } from 'vitest';
import { lossBetween, receivedStats, sentStats } from './track-stats.ts';

const stream = (timestamp: number, fields: object = {}) => ({
  id: 'a',
  type: 'inbound-rtp',
  kind: 'video',
  timestamp,
  ...fields,
});

test('bitrate, loss and delay are of the time between two reports', () => {
  const before = stream(0, {
    bytesReceived: 1_000,
    packetsReceived: 100,
    packetsLost: 50,
    jitterBufferDelay: 10,
    jitterBufferEmittedCount: 100,
    totalFreezesDuration: 0,
  });
  const now = stream(2_000, {
    bytesReceived: 251_000,
    packetsReceived: 190,
    packetsLost: 60,
    jitterBufferDelay: 13,
    jitterBufferEmittedCount: 150,
    totalFreezesDuration: 0.5,
    frameWidth: 640,
    jitter: 0.012,
  });
  expect(receivedStats('t', now, before, 'VP8')).toMatchObject({
    bitrateBps: 1_000_000,
    loss: 0.1,
    bufferMs: 60,
    frozen: 0.25,
    width: 640,
    jitterMs: 12,
  });
});

test('the first report says nothing of what needs two', () => {
  const first = receivedStats(
    't',
    stream(0, { bytesReceived: 9, packetsReceived: 1, packetsLost: 0 }),
    undefined,
    'VP8',
  );
  expect([first.bitrateBps, first.loss, first.bufferMs]).toEqual([undefined, undefined, undefined]);
});

test('packets that come late after all are no gain', () => {
  const before = stream(0, { packetsReceived: 10, packetsLost: 5 });
  expect(lossBetween(stream(1, { packetsReceived: 20, packetsLost: 3 }), before)).toBe(0);
});

test('what is lost on the way up is what the edge says', () => {
  const remote = { id: 'r', type: 'remote-inbound-rtp', timestamp: 0, fractionLost: 0.25, jitter: 0.02 };
  expect(sentStats('t', stream(0), undefined, remote, 'VP8')).toMatchObject({ loss: 0.25, jitterMs: 20 });
});
