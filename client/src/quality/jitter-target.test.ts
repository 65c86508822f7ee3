import { expect, test } from 'vitest';
import { jitterTarget } from './jitter-target.ts';

test('a conversation waits for nothing, however the network is', () => {
  expect(jitterTarget({ watches: false, jitterMs: 120 })).toBeNull();
});

test('an audience waits a little, and more where packets come unevenly', () => {
  expect(jitterTarget({ watches: true, jitterMs: undefined })).toBe(60);
  expect(jitterTarget({ watches: true, jitterMs: 4 })).toBe(60);
  expect(jitterTarget({ watches: true, jitterMs: 50 })).toBe(200);
});

test('but never so long that it is no longer live', () => {
  expect(jitterTarget({ watches: true, jitterMs: 5_000 })).toBe(600);
});
