import { TrackKind, TrackSource } from '@canopy/proto/media';
import type { Track } from '@canopy/proto/signal';
import { expect, test } from 'vitest';
import { wantsFor } from './wants.ts';

function track(id: string, fields: Partial<Track> = {}): Track {
  return {
    id,
    participantId: 'ada',
    kind: TrackKind.VIDEO,
    source: TrackSource.CAMERA,
    muted: false,
    originEdgeId: 'e',
    ...fields,
  };
}

const audio = { kind: TrackKind.AUDIO, source: TrackSource.MICROPHONE };

test('everybody is heard, and only those who are on the screen are seen', () => {
  const tracks = [track('seen'), track('hidden'), track('heard', audio)];
  const wants = wantsFor(tracks, 'me', new Map([['seen', { width: 320, height: 180 }]]));
  expect(wants.map(({ trackId }) => trackId)).toEqual(['heard', 'seen']);
});

test('nobody receives themselves', () => {
  const tracks = [track('mine', { participantId: 'me' }), track('my voice', { participantId: 'me', ...audio })];
  expect(wantsFor(tracks, 'me', new Map([['mine', { width: 320, height: 180 }]]))).toEqual([]);
});

test('sizes are rounded up in steps, so that a dragged window asks seldom', () => {
  const [a] = wantsFor([track('t')], 'me', new Map([['t', { width: 321, height: 181 }]]));
  const [b] = wantsFor([track('t')], 'me', new Map([['t', { width: 340, height: 190 }]]));
  expect(a).toMatchObject({ width: 352, height: 192 });
  expect(b).toEqual(a);
});

test('a shared screen matters more than a face, and a voice more than both', () => {
  const tracks = [track('face'), track('screen', { source: TrackSource.SCREEN }), track('voice', audio)];
  const shown = new Map(['face', 'screen'].map((id) => [id, { width: 320, height: 180 }]));
  const priority = new Map(wantsFor(tracks, 'me', shown).map((want) => [want.trackId, want.priority]));
  expect(priority.get('voice')).toBeGreaterThan(priority.get('screen') ?? 0);
  expect(priority.get('screen')).toBeGreaterThan(priority.get('face') ?? 0);
});

test('the picture in a window above all others is received whatever else is shown', () => {
  const ids = Array.from({ length: 26 }, (_, index) => `t${index}`);
  const shown = new Map(
    ids.map((id) => [id, id === 't3' ? { width: 64, height: 64, above: true } : { width: 640, height: 360 }]),
  );
  const wants = wantsFor(
    ids.map((id) => track(id)),
    'me',
    shown,
  );
  expect([wants.length, wants[0]?.trackId]).toEqual([25, 't3']);
});

test('of more than twenty-five videos the largest are received', () => {
  const tracks = Array.from({ length: 30 }, (_, index) => track(`t${index}`));
  const shown = new Map(tracks.map(({ id }, index) => [id, { width: 160 + index * 32, height: 90 }]));
  const wants = wantsFor(tracks, 'me', shown).map(({ trackId }) => trackId);
  expect(wants).toHaveLength(25);
  expect(wants).toContain('t29');
  expect(wants).not.toContain('t0');
});

test('audio only costs no video, and saving bandwidth shrinks faces but no text', () => {
  const tracks = [track('face'), track('screen', { source: TrackSource.SCREEN }), track('voice', audio)];
  const shown = new Map(['face', 'screen'].map((id) => [id, { width: 640, height: 384 }]));
  expect(wantsFor(tracks, 'me', shown, { audioOnly: true }).map(({ trackId }) => trackId)).toEqual(['voice']);
  const widths = new Map(
    wantsFor(tracks, 'me', shown, { savesBandwidth: true }).map((want) => [want.trackId, want.width]),
  );
  expect([widths.get('face'), widths.get('screen')]).toEqual([320, 960]);
});

test('in a large meeting only those who are not muted are received', () => {
  const tracks = Array.from({ length: 60 }, (_, index) => track(`t${index}`, { ...audio, muted: index > 1 }));
  expect(wantsFor(tracks, 'me', new Map()).map(({ trackId }) => trackId)).toEqual(['t0', 't1']);
});

test('in a meeting of any size no more is asked for than an edge of any version takes', () => {
  const videos = Array.from({ length: 30 }, (_, index) => track(`v${index}`));
  const sounds = Array.from({ length: 300 }, (_, index) => track(`a${index}`, audio));
  const shown = new Map(videos.map(({ id }) => [id, { width: 320, height: 180 }]));
  const wants = wantsFor([...sounds, ...videos], 'me', shown);
  // Edges of the version before refuse a longer list.
  expect(wants.length).toBeLessThanOrEqual(200);
  expect(wants.filter(({ width }) => width > 0)).toHaveLength(25);
});
