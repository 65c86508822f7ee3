import { expect, it } from 'vitest';
import { ReadingPlace } from './unread.ts';

const things = (...sequences: number[]) => sequences.map((sequence) => ({ sequence }));

/** Somebody in the main meeting who has read so far here, as it was remembered. */
function reader(...remembered: [key: string, sequence: number][]) {
  const marks = new Map(remembered);
  const place = new ReadingPlace(marks);
  place.turnTo('main');
  return { marks, place };
}

it('what was there before the first visit is read, and what comes later is not', () => {
  const { place } = reader();
  expect(place.unread(things(7), false)).toBe(0);
  expect(place.unread(things(7, 8), true)).toBe(0);
  expect(place.unread(things(6, 7, 8, 9), true)).toBe(1);
});

it('the first thing in a meeting where there was nothing is unread', () => {
  const { place } = reader();
  expect([place.unread([], true), place.unread(things(9), true)]).toEqual([0, 1]);
});

it('what was not read is known on another visit, before all of it is loaded', () => {
  const { place, marks } = reader(['main', 2]);
  expect(place.unread(things(1, 2, 3, 4), false)).toBe(2);
  place.read(things(1, 2, 3, 4));
  expect([place.unread(things(1, 2, 3, 4), true), marks.get('main')]).toEqual([0, 4]);
});

it('nothing is unread again, though what is known becomes less', () => {
  const { place, marks } = reader(['main', 5]);
  place.read(things(1, 2));
  expect([place.unread(things(4, 5, 6), true), marks.get('main')]).toEqual([1, 5]);
});

it('what came to the meeting is unread for who read newer things in a room meanwhile, and comes back', () => {
  const { place, marks } = reader(['main', 10]);
  place.turnTo('room');
  place.read(things(30, 31));
  place.turnTo('main');
  expect([place.unread(things(10, 20, 21), true), marks.get('room')]).toEqual([2, 31]);
});
