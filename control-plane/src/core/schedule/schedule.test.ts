import { describe, expect, it } from 'vitest';
import { type Occurrence, replan } from './schedule.ts';

const occurrence = (originalStart: number, given: Partial<Occurrence> = {}): Occurrence => ({
  meetingId: `m${originalStart}`,
  originalStart,
  title: '',
  startTime: originalStart,
  durationMinutes: 30,
  status: 'scheduled',
  meetingStatus: 'scheduled',
  overridden: false,
  ...given,
});

describe('a series whose times change', () => {
  const known = [occurrence(10), occurrence(20), occurrence(30)];

  it('keeps what is over, and moves what comes in its order', () => {
    expect(replan(known, [11, 21, 31], 15)).toEqual({
      moved: [
        { meetingId: 'm20', start: 21 },
        { meetingId: 'm30', start: 31 },
      ],
      added: [],
      cancelled: [],
    });
  });

  it('leaves meetings at times that stay, adds what is new and cancels what is too much', () => {
    expect(replan(known, [10, 20, 25, 30, 40], 5)).toEqual({
      moved: [10, 20, 30].map((start) => ({ meetingId: `m${start}`, start })),
      added: [25, 40],
      cancelled: [],
    });
    expect(replan(known, [20], 5).cancelled).toEqual(['m10', 'm30']);
  });

  it('does not touch a meeting that was begun early, nor plan a second one at its time', () => {
    const begun = [occurrence(20, { meetingStatus: 'live' }), occurrence(30)];
    expect(replan(begun, [20, 30], 15)).toEqual({ moved: [{ meetingId: 'm30', start: 30 }], added: [], cancelled: [] });
  });
});
