import { expect, it } from 'vitest';
import { opensAt } from './early-join.ts';

const meeting = { mode: 'meeting', startTime: 3_600_000, settings: { earlyJoinMinutes: 10 } } as const;

it('lets guests in some minutes before the start', () => {
  expect(opensAt(meeting, 'panelist')).toBe(3_000_000);
  expect(opensAt({ ...meeting, mode: 'webinar' }, 'attendee')).toBe(3_000_000);
});

it('lets in at any time who prepares, and everybody where nothing is said', () => {
  expect(opensAt(meeting, 'host')).toBeUndefined();
  expect(opensAt({ ...meeting, mode: 'webinar' }, 'panelist')).toBeUndefined();
  expect(opensAt({ ...meeting, settings: {} }, 'attendee')).toBeUndefined();
  expect(opensAt({ ...meeting, startTime: undefined }, 'attendee')).toBeUndefined();
});
