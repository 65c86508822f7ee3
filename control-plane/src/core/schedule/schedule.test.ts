import { describe, expect, it } from 'vitest';
import { leftOut, type Occurrence, replan } from './schedule.ts';

/** Times are minutes here; every meeting takes five. */
const ms = (minutes: number) => minutes * 60_000;
const durationMinutes = 5;

const occurrence = (start: number, given: Partial<Occurrence> = {}): Occurrence => ({
  meetingId: `m${start}`,
  originalStart: ms(start),
  title: '',
  startTime: ms(start),
  durationMinutes,
  status: 'scheduled',
  meetingStatus: 'scheduled',
  overridden: false,
  ...given,
});

const cancelled = (start: number) => occurrence(start, { status: 'cancelled', meetingStatus: 'ended' });

/** A series of those meetings at new times; it was at the times of all of them, unless others are given. */
function replanned(
  occurrences: readonly Occurrence[],
  starts: readonly number[],
  now: number,
  before = occurrences.map(({ originalStart }) => originalStart / ms(1)),
) {
  const series = { occurrences, starts: before.map(ms) };
  const { moved, added, cancelled } = replan(series, { starts: starts.map(ms), durationMinutes }, ms(now));
  return {
    moved: moved.map(({ meetingId, start }) => ({ meetingId, start: start / ms(1) })),
    added: added.map((start) => start / ms(1)),
    cancelled,
  };
}

describe('a series whose times change', () => {
  const known = [occurrence(10), occurrence(20), occurrence(30)];

  it('keeps what is over, and moves what comes in its order', () => {
    expect(replanned(known, [11, 21, 31], 16)).toEqual({
      moved: [
        { meetingId: 'm20', start: 21 },
        { meetingId: 'm30', start: 31 },
      ],
      added: [],
      cancelled: [],
    });
  });

  it('leaves meetings at times that stay, adds what is new and cancels what is too much', () => {
    expect(replanned(known, [10, 20, 25, 30, 40], 5)).toEqual({
      moved: [10, 20, 30].map((start) => ({ meetingId: `m${start}`, start })),
      added: [25, 40],
      cancelled: [],
    });
    expect(replanned(known, [20], 5).cancelled).toEqual(['m10', 'm30']);
  });

  it('does not touch a meeting that was begun early, nor plan a second one at its time', () => {
    const begun = [occurrence(20, { meetingStatus: 'live' }), occurrence(30)];
    const plan = { moved: [{ meetingId: 'm30', start: 30 }], added: [], cancelled: [] };
    expect(replanned(begun, [20, 30], 15)).toEqual(plan);
  });

  it('keeps the link of a meeting that is to start a moment ago', () => {
    const plan = { moved: [{ meetingId: 'm10', start: 9 }], added: [], cancelled: [] };
    expect(replanned([occurrence(10)], [9], 9.5)).toEqual(plan);
  });

  it('keeps the link of a meeting that should be on, nobody has begun and is put off', () => {
    const plan = { moved: [{ meetingId: 'm10', start: 30 }], added: [], cancelled: [] };
    expect(replanned([occurrence(10)], [30], 11)).toEqual(plan);
  });

  it('has meetings again that it lost when it was shorter, and goes on from there', () => {
    const shortened = [occurrence(10), occurrence(20), cancelled(30)];
    expect(replanned(shortened, [10, 20, 30], 5, [10, 20])).toMatchObject({ added: [30], cancelled: [] });
    const lengthened = [...shortened, occurrence(30, { meetingId: 'again' })];
    const moved = ['m10', 'm20', 'again'].map((meetingId, index) => ({ meetingId, start: 10 * (index + 1) }));
    expect(replanned(lengthened, [10, 20, 30, 40], 5)).toEqual({ moved, added: [40], cancelled: [] });
  });

  it('goes without a meeting that somebody cancelled when it is longer', () => {
    const plan = replanned([occurrence(10), cancelled(20)], [10, 20, 30], 5);
    expect(plan).toEqual({ moved: [{ meetingId: 'm10', start: 10 }], added: [30], cancelled: [] });
  });
});

it('leaves out of a series what is cancelled and has nothing in its place', () => {
  const occurrences = [cancelled(10), cancelled(20), occurrence(20, { meetingId: 'again' })];
  expect(leftOut(occurrences).map(({ meetingId }) => meetingId)).toEqual(['m10']);
});
