import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meetingModes, roleNames } from '../meeting/roles.ts';
import { lobbyModes } from '../meeting/rules.ts';
import { type Comer, entryOf, isOpenToAll } from './entry.ts';

const stranger = { isIn: false, admitted: false, fromBannedNetwork: false };
const anyComer: fc.Arbitrary<Comer> = fc.record({
  role: fc.constantFrom(...roleNames),
  isIn: fc.boolean(),
  admitted: fc.boolean(),
  fromBannedNetwork: fc.boolean(),
});
const anyMeeting = fc.record({
  mode: fc.constantFrom(...meetingModes),
  settings: fc.record({
    locked: fc.boolean(),
    backstage: fc.boolean(),
    lobby: fc.constantFrom(...lobbyModes),
  }),
});

describe('the door of a meeting', () => {
  it('is open to hosts, and to who is in, whatever is set', () => {
    fc.assert(
      fc.property(anyMeeting, anyComer, (meeting, comer) => {
        expect(entryOf(meeting, { ...comer, role: 'host' })).toBe('enter');
        expect(entryOf(meeting, { ...comer, isIn: true })).toBe('enter');
      }),
    );
  });

  it('holds nobody up where it stands open to all, but who comes from a banned network', () => {
    fc.assert(
      fc.property(anyMeeting, anyComer, (meeting, comer) => {
        const held = comer.fromBannedNetwork && comer.role !== 'host' && !comer.isIn && !comer.admitted;
        if (isOpenToAll(meeting)) expect(entryOf(meeting, comer)).toBe(held ? 'lobby' : 'enter');
      }),
    );
  });

  it('never leaves somebody in the lobby who was let in', () => {
    fc.assert(
      fc.property(anyMeeting, anyComer, (meeting, comer) => {
        expect(['enter', 'backstage']).toContain(entryOf(meeting, { ...comer, admitted: true }));
      }),
    );
  });

  it('has a lobby for guests, or for everyone but hosts', () => {
    const held = (lobby: (typeof lobbyModes)[number]) =>
      roleNames.filter((role) => entryOf({ mode: 'meeting', settings: { lobby } }, { ...stranger, role }) === 'lobby');
    expect(held('off')).toEqual([]);
    expect(held('guests')).toEqual(['panelist', 'attendee']);
    expect(held('everyone-but-hosts')).toEqual(['cohost', 'panelist', 'attendee']);
  });

  it('keeps the audience of a webinar out until it goes live, and lets the stage meet', () => {
    const settings = { backstage: true };
    const entries = roleNames.map((role) => entryOf({ mode: 'webinar', settings }, { ...stranger, role }));
    expect(entries).toEqual(['enter', 'enter', 'enter', 'backstage']);
    expect(entryOf({ mode: 'meeting', settings }, { ...stranger, role: 'attendee' })).toBe('enter');
  });
});
