import { expect, test } from 'vitest';
import { dayByKey, keyOf, weeksOf } from './days.ts';

const march = new Date(2027, 2, 1);
const keys = (days: readonly Date[]) => days.map(keyOf);

test('a month is shown in whole weeks, from the first day of the week there', () => {
  const fromMonday = weeksOf(march, 1);
  expect(fromMonday).toHaveLength(5);
  expect(keys(fromMonday[0] ?? []).at(0)).toBe('2027-3-1');
  expect(keys(fromMonday[4] ?? [])).toEqual(
    [29, 30, 31].map((day) => `2027-3-${day}`).concat(['2027-4-1', '2027-4-2', '2027-4-3', '2027-4-4']),
  );
  const fromSunday = weeksOf(march, 7);
  expect(keys(fromSunday[0] ?? [])[0]).toBe('2027-2-28');
  expect(fromSunday.every((week) => week.length === 7)).toBe(true);
});

test.each([
  ['ArrowLeft', '2027-3-30'],
  ['ArrowRight', '2027-4-1'],
  ['ArrowUp', '2027-3-24'],
  ['ArrowDown', '2027-4-7'],
  ['Home', '2027-3-29'],
  ['End', '2027-4-4'],
  ['PageUp', '2027-2-28'],
  ['PageDown', '2027-4-30'],
])('%s leads from the last of March to %s', (key, to) => {
  const day = dayByKey(key, new Date(2027, 2, 31), 1);
  expect(day && keyOf(day)).toBe(to);
});

test('other keys lead nowhere', () => {
  expect(dayByKey('a', march, 1)).toBeUndefined();
});
