import { describe, expect, it } from 'vitest';
import { type Breakouts, belongsTo, mayChoose } from './breakouts.ts';

const rooms = [{ id: 'a', name: 'A' }];
const breakouts: Breakouts = { meetingId: 'm', phase: 'open', selfChosen: false, rooms, closesAt: undefined };

describe('somebody with a room', () => {
  it('belongs there while rooms are open, and else in the main meeting', () => {
    const phases = (['prepared', 'open', 'closed'] as const).map((phase) => ({ ...breakouts, phase }));
    expect(phases.map((one) => belongsTo(one, { roomId: 'a' }))).toEqual(['m', 'a', 'm']);
    expect(belongsTo(breakouts, undefined)).toBe('m');
  });

  it('belongs in the main meeting when its room is of an earlier round', () => {
    expect(belongsTo(breakouts, { roomId: 'b' })).toBe('m');
  });
});

describe('choosing a room', () => {
  it('is for hosts and cohosts, and for others where they may', () => {
    expect(mayChoose(breakouts, 'a', 'panelist')).toBe(false);
    expect(mayChoose(breakouts, 'a', 'cohost')).toBe(true);
    expect(mayChoose({ ...breakouts, selfChosen: true }, 'a', 'attendee')).toBe(true);
    expect(mayChoose({ ...breakouts, phase: 'prepared' }, 'a', 'host')).toBe(false);
  });

  it('never keeps anybody from going back', () => {
    expect(mayChoose(breakouts, '', 'attendee')).toBe(true);
  });
});
