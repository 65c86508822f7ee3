import { type MeetingView, type Participant, Role, type Track, TrackKind, TrackSource } from '@canopy/client';
import { expect, test } from 'vitest';
import { tilesOf } from './tiles.ts';

function person(id: string, fields: Partial<Participant> = {}): [string, Participant] {
  return [id, { id, name: id, role: Role.PANELIST, edgeId: 'e', region: 'r', connected: true, ...fields }];
}

function track(id: string, participantId: string, source: TrackSource, muted = false): [string, Track] {
  const kind = source === TrackSource.MICROPHONE ? TrackKind.AUDIO : TrackKind.VIDEO;
  return [id, { id, participantId, kind, source, muted, originEdgeId: 'e' }];
}

function view(fields: Partial<MeetingView> = {}): MeetingView {
  return {
    meetingId: 'm',
    mainMeetingId: 'm',
    arriving: null,
    mode: 'meeting',
    title: '',
    connection: 'connected',
    media: 'connected',
    self: { participantId: 'me', role: Role.HOST, edge: undefined, published: new Map() },
    participants: new Map([person('me'), person('ada'), person('ben')]),
    attendeeCount: 0,
    attendees: new Map(),
    moreAttendees: false,
    tracks: new Map(),
    received: new Map(),
    activeSpeakers: new Set(),
    ...fields,
  };
}

test('shared screens come first, then the others, oneself last', () => {
  const tiles = tilesOf(view({ tracks: new Map([track('s', 'ben', TrackSource.SCREEN)]) }));
  expect(tiles.map(({ participantId, source }) => [participantId, source])).toEqual([
    ['ben', TrackSource.SCREEN],
    ['ada', TrackSource.CAMERA],
    ['ben', TrackSource.CAMERA],
    ['me', TrackSource.CAMERA],
  ]);
});

test('those who only watch have no tile', () => {
  const participants = new Map([person('me'), person('fan', { role: Role.ATTENDEE })]);
  expect(tilesOf(view({ participants })).map(({ participantId }) => participantId)).toEqual(['me']);
});

test('without a microphone track a person is silent; with one, as muted as it is', () => {
  const tracks = new Map([track('a', 'ada', TrackSource.MICROPHONE), track('b', 'ben', TrackSource.MICROPHONE, true)]);
  const silent = new Map(tilesOf(view({ tracks })).map((tile) => [tile.participantId, tile.silent]));
  expect(silent).toEqual(
    new Map([
      ['ada', false],
      ['ben', true],
      ['me', true],
    ]),
  );
});

test('a tile asks for the video of others, never for one’s own', () => {
  const tracks = new Map([track('a', 'ada', TrackSource.CAMERA), track('mine', 'me', TrackSource.CAMERA)]);
  const ids = new Map(tilesOf(view({ tracks })).map((tile) => [tile.participantId, tile.trackId]));
  expect(ids).toEqual(
    new Map([
      ['ada', 'a'],
      ['ben', null],
      ['me', null],
    ]),
  );
});

test('who is away and who speaks can be seen', () => {
  const participants = new Map([person('me'), person('ada', { connected: false }), person('ben')]);
  const tiles = tilesOf(view({ participants, activeSpeakers: new Set(['ben']) }));
  expect(tiles.find(({ participantId }) => participantId === 'ada')?.connected).toBe(false);
  expect(tiles.find(({ participantId }) => participantId === 'ben')?.speaking).toBe(true);
});
