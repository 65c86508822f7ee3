import { AudienceGroup, MeetingEvent } from '@canopy/proto/signal';
import { describe, expect, it } from 'vitest';
import { type MeetingMode, roleNames } from '../meeting/roles.ts';
import { isToldOf } from './audience.ts';

const toldAmong = (event: MeetingEvent, mode: MeetingMode = 'webinar') =>
  roleNames.filter((role) => isToldOf(event, { participantId: role, role }, mode));
const to = (group: AudienceGroup, ...participantIds: string[]) => toldAmong({ audience: { group, participantIds } });

describe('an event', () => {
  it('is told to everybody unless it says otherwise', () => {
    expect(toldAmong({ meetingEnded: {} })).toEqual([...roleNames]);
  });

  it('about an attendee is told to the stage, and what changed about it to itself', () => {
    expect(toldAmong({ ofAttendee: true })).toEqual(['host', 'cohost', 'panelist']);
    const changed = (id: string) =>
      toldAmong(MeetingEvent.fromPartial({ ofAttendee: true, participantUpdated: { id } }));
    expect(changed('another')).toEqual(['host', 'cohost', 'panelist']);
    expect(changed('attendee')).toEqual([...roleNames]);
  });

  it('about somebody of a meeting’s crowd is told to who keeps order, however many others may publish, and to itself', () => {
    expect(toldAmong({ ofAttendee: true }, 'meeting')).toEqual(['host', 'cohost']);
    const changed = MeetingEvent.fromPartial({ ofAttendee: true, participantUpdated: { id: 'panelist' } });
    expect(toldAmong(changed, 'meeting')).toEqual(['host', 'cohost', 'panelist']);
  });

  it('is told to a group, and to those it names besides', () => {
    expect(to(AudienceGroup.STAGE)).toEqual(['host', 'cohost', 'panelist']);
    expect(to(AudienceGroup.MANAGERS, 'attendee')).toEqual(['host', 'cohost', 'attendee']);
    expect(to(AudienceGroup.UNSPECIFIED, 'panelist')).toEqual(['panelist']);
    expect(to(AudienceGroup.UNSPECIFIED)).toEqual([]);
  });
});
