import { type MeetingView, type Participant, Role, type Track, TrackKind, TrackSource } from '@canopy/client';
import { expect, test } from 'vitest';
import { meetingView, person } from '../testing/meeting-view.ts';
import { screenAudience } from './audience.ts';

function screenOf(participantId: string): [string, Track] {
  const id = `screen of ${participantId}`;
  const { VIDEO: kind } = TrackKind;
  return [id, { id, participantId, kind, source: TrackSource.SCREEN, muted: false, originEdgeId: 'e' }];
}

const sharing = (people: [string, Participant][], fields: Partial<MeetingView> = {}): MeetingView =>
  meetingView({
    participants: new Map([person('me'), ...people]),
    tracks: new Map([screenOf('ben'), screenOf('me')]),
    ...fields,
  });

const people = [
  person('ada', { seesTrackId: 'screen of me' }),
  person('ben', { seesTrackId: '' }),
  person('cleo', { seesTrackId: 'screen of ben' }),
  person('dan'),
  person('fan', { role: Role.ATTENDEE, seesTrackId: 'screen of me' }),
];

const reception = {
  byQuality: [2, 5, 300, 723],
  screens: [
    { trackId: 'screen of me', count: 412 },
    { trackId: 'screen of ben', count: 9 },
  ],
  seeingNone: 618,
};

const names = (named: readonly Participant[] = []) => named.map(({ name }) => name);

test('who shares a screen learns who sees it, and who does not', () => {
  const found = screenAudience(sharing(people));
  expect(found).toMatchObject({ seen: 1, asked: 2, weak: null });
  expect(names(found?.seeing)).toEqual(['ada']);
  expect(names(found?.missing)).toEqual(['ben']);
});

test('in a webinar the audience is counted, and the stage known by name besides', () => {
  const found = screenAudience(sharing(people, { mode: 'webinar', reception }));
  expect(found).toMatchObject({ seen: 412, asked: 1_030, weak: 7 });
  expect(names(found?.seeing)).toEqual(['ada']);
});

test('in a large meeting all are counted, and what was told of some before they were so many is not shown', () => {
  const crowd = Array.from({ length: 100 }, (_, index) => person(`${index}`, { seesTrackId: 'screen of me' }));
  expect(screenAudience(sharing(crowd, { reception }))).toEqual({
    seen: 412,
    asked: 1_030,
    seeing: [],
    missing: [],
    weak: 7,
  });
  expect(screenAudience(sharing(crowd))).toMatchObject({ seen: 0, asked: 0 });
  expect(screenAudience(sharing(crowd.slice(1), { reception }))).toMatchObject({ seen: 99, asked: 99, weak: null });
});

test('who shares nothing has no audience', () => {
  expect(screenAudience(meetingView({ tracks: new Map([screenOf('ada')]), reception }))).toBeNull();
});
