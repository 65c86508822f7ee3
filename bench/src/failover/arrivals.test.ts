import { expect, test } from 'vitest';
import { Arrivals } from './arrivals.ts';

const viewed = 7;

function arrivalsAt(...times: number[]): Arrivals {
  const arrivals = new Arrivals([viewed]);
  for (const [frame, at] of times.entries()) arrivals.note(viewed, frame, at);
  return arrivals;
}

test('a gap begins with the last packet before the fault', () => {
  expect(arrivalsAt(0, 33, 66, 200, 233, 266).gapMs(80, 280)).toBe(134);
});

test('a stream that stops again has a gap until the end', () => {
  expect(arrivalsAt(0, 33, 66, 100).gapMs(50, 1_000)).toBe(900);
});

test('a stream that never comes back has no finite gap', () => {
  expect(arrivalsAt(0, 33).gapMs(50, 1_000)).toBe(Number.POSITIVE_INFINITY);
});

test('packets of other streams are strangers, probation packets are nothing', () => {
  const arrivals = arrivalsAt(0, 33);
  arrivals.note(1234, 2, 40);
  arrivals.note(8, 3, 41);
  expect([...arrivals.strangers]).toEqual([8]);
});

test('frames that arrive over neither of two streams are missed', () => {
  const arrivals = new Arrivals([viewed, 8]);
  for (const [ssrc, frame] of [
    [viewed, 10],
    [viewed, 11],
    [8, 14],
    [8, 15],
  ] as const)
    arrivals.note(ssrc, frame, frame * 33);
  expect([arrivals.framesMissed(11 * 33, 1_000), arrivals.strangers.size]).toEqual([2, 0]);
});
