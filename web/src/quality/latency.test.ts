import { expect, test } from 'vitest';
import { latencyOf } from './latency.ts';

test('what was measured is taken apart: to the edge, to here, and the buffer', () => {
  expect(latencyOf(40, { captureDelayMs: 200, bufferMs: 60 })).toEqual({
    totalMs: 200,
    measured: true,
    parts: { toEdgeMs: 120, toHereMs: 20 },
  });
});

test('clocks are known to some ms only: no part is less than nothing', () => {
  expect(latencyOf(40, { captureDelayMs: 70, bufferMs: 60 })?.parts?.toEdgeMs).toBe(0);
});

test('where it is not told when a frame was captured, it is what happens from the edge on', () => {
  const stats = { captureDelayMs: undefined, bufferMs: 60 };
  expect(latencyOf(40, stats)).toEqual({ totalMs: 80, measured: false, parts: undefined });
  expect(latencyOf(undefined, stats)).toBeUndefined();
});

test('a total without its parts is still one', () => {
  expect(latencyOf(undefined, { captureDelayMs: 70, bufferMs: 60 })).toEqual({
    totalMs: 70,
    measured: true,
    parts: undefined,
  });
});
