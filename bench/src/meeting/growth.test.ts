import { expect, test } from 'vitest';
import { exponentOf } from './growth.ts';

test.each([
  ['nothing', 0, () => 7],
  ['in proportion', 1, (people: number) => 3 * people],
  ['with the square', 2, (people: number) => people * people],
])('tells what grows %s', (_how, exponent, total) => {
  const totals = [250, 500, 1_000].map((people) => [people, total(people)] as const);
  expect(exponentOf(totals)).toBeCloseTo(exponent, 6);
});
