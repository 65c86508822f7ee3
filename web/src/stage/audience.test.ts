import { type MeetingView, type Participant, Role, type Track, TrackKind, TrackSource } from '@canopy/client';
import { expect, test } from 'vitest';
import { meetingView, person } from '../testing/meeting-view.ts';
import { screenAudience } from './audience.ts';

function screenOf(participantId: string): [string, Track] {
  const id = `screen of ${participantId}`;
  const { VIDEO: kind } = TrackKind;
  return [id, { id, participantId, kind, source: TrackSource.SCREEN, muted: false, originEdgeId: 'e' }];
}

function view(people: [string, Participant][], tracks: [string, Track][], attendeeCount = 0): MeetingView {
  return meetingView({ participants: new Map([person('me'), ...people]), tracks: new Map(tracks), attendeeCount });
}

const names = (people: readonly Participant[] = []) => people.map(({ name }) => name);

test('who shares a screen learns who sees it, who does not, and how many watch', () => {
  const people = [
    person('ada', { seesTrackId: 'screen of me' }),
    person('ben', { seesTrackId: '' }),
    person('cleo', { seesTrackId: 'screen of ben' }),
    person('dan'),
    person('fan', { role: Role.ATTENDEE, seesTrackId: 'screen of me' }),
  ];
  const found = screenAudience(view(people, [screenOf('ben'), screenOf('me')], 7));
  expect(names(found?.seeing)).toEqual(['ada']);
  expect(names(found?.missing)).toEqual(['ben']);
  expect(found?.watching).toBe(7);
});

test('who shares nothing has no audience', () => {
  expect(screenAudience(view([person('ada')], [screenOf('ada')]))).toBeNull();
});
