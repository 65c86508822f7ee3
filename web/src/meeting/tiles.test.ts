import { Role, type Track, TrackKind, TrackSource } from '@canopy/client';
import { expect, test } from 'vitest';
import { meetingView, person } from '../testing/meeting-view.ts';
import { isPair, tilesOf } from './tiles.ts';

function track(id: string, participantId: string, source: TrackSource, muted = false): [string, Track] {
  const kind = source === TrackSource.MICROPHONE ? TrackKind.AUDIO : TrackKind.VIDEO;
  return [id, { id, participantId, kind, source, muted, originEdgeId: 'e' }];
}

test('shared screens come first, then the others, oneself last', () => {
  const tiles = tilesOf(meetingView({ tracks: new Map([track('s', 'ben', TrackSource.SCREEN)]) }));
  expect(tiles.map(({ participantId, source }) => [participantId, source])).toEqual([
    ['ben', TrackSource.SCREEN],
    ['ada', TrackSource.CAMERA],
    ['ben', TrackSource.CAMERA],
    ['me', TrackSource.CAMERA],
  ]);
});

test('those who only watch have no tile', () => {
  const participants = new Map([person('me'), person('fan', { role: Role.ATTENDEE })]);
  expect(tilesOf(meetingView({ participants })).map(({ participantId }) => participantId)).toEqual(['me']);
});

test('two are a pair who talk with each other, whether they are seen or not; what one of them shares is a third', () => {
  const participants = new Map([person('me'), person('ada')]);
  const sharing = (who: string) =>
    tilesOf(meetingView({ participants, tracks: new Map([track('s', who, TrackSource.SCREEN)]) }));
  const pair = tilesOf(meetingView({ participants }));
  expect(isPair(pair)).toBe(true);
  expect(isPair(pair.slice(1))).toBe(false);
  expect(isPair(tilesOf(meetingView()))).toBe(false);
  expect([sharing('ada'), sharing('me')].map(isPair)).toEqual([false, false]);
  // Of those who watch, each sees two others.
  expect(isPair(tilesOf(meetingView()).slice(0, 2))).toBe(false);
});

test('without a microphone track a person is silent; with one, as muted as it is', () => {
  const tracks = new Map([track('a', 'ada', TrackSource.MICROPHONE), track('b', 'ben', TrackSource.MICROPHONE, true)]);
  const silent = new Map(tilesOf(meetingView({ tracks })).map((tile) => [tile.participantId, tile.silent]));
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
  const ids = new Map(tilesOf(meetingView({ tracks })).map((tile) => [tile.participantId, tile.trackId]));
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
  const tiles = tilesOf(meetingView({ participants, activeSpeakers: new Set(['ben']) }));
  expect(tiles.find(({ participantId }) => participantId === 'ada')?.connected).toBe(false);
  expect(tiles.find(({ participantId }) => participantId === 'ben')?.speaking).toBe(true);
});
