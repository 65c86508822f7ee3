import { expect, test } from 'vitest';
import { protocolVersion, requireUnderstood, understands, versionOf } from './protocol.ts';

test('a version works with itself, with the one before and with the one after', () => {
  expect([3, 4, 5, 6, 7].filter((peer) => understands(peer, 5))).toEqual([4, 5, 6]);
});

test('who names no version speaks the first', () => {
  expect([versionOf(undefined), versionOf(0), versionOf(7)]).toEqual([1, 1, 7]);
});

test('who is too far away is told so, with both versions', () => {
  requireUnderstood(protocolVersion - 1);
  expect(() => requireUnderstood(protocolVersion + 2)).toThrow(
    expect.objectContaining({ code: 'PROTOCOL_MISMATCH', message: expect.stringContaining(`${protocolVersion + 2}`) }),
  );
});
