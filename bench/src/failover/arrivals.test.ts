import { expect, test } from 'vitest';
import { Arrivals } from './arrivals.ts';

const viewed = 7;

function arrivalsAt(...times: number[]): Arrivals {
  const arrivals = new Arrivals(viewed);
  for (const at of times) arrivals.note(viewed, at);
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
  arrivals.note(1234, 40);
  arrivals.note(8, 41);
  expect([...arrivals.strangers]).toEqual([8]);
});
