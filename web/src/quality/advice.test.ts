import { type Track, TrackKind, TrackSource } from '@canopy/client';
import { expect, test } from 'vitest';
import { meetingView } from '../testing/meeting-view.ts';
import { adviceFor, showsPictures } from './advice.ts';

const camera = { sendsCamera: true, receivesPictures: true };

test('nothing is said while the meeting goes well enough', () => {
  expect(adviceFor(null, camera)).toBeNull();
  expect(adviceFor({ score: 4, cause: null, cameraLowered: false }, camera)).toBeNull();
  expect(adviceFor({ score: 3, cause: 'delay', cameraLowered: false }, camera)).toBeNull();
});

test('the remedy fits the cause: who has no camera on is not told to turn it off, nor who receives no pictures to give them up', () => {
  expect(adviceFor({ score: 2, cause: 'upload', cameraLowered: true }, camera)).toBe('uploadLowered');
  expect(adviceFor({ score: 2, cause: 'upload', cameraLowered: false }, camera)).toBe('upload');
  expect(adviceFor({ score: 2, cause: 'upload', cameraLowered: false }, { ...camera, sendsCamera: false })).toBe(
    'uploadNoCamera',
  );
  const download = { score: 2, cause: 'download', cameraLowered: false } as const;
  expect(adviceFor(download, camera)).toBe('download');
  expect(adviceFor(download, { ...camera, receivesPictures: false })).toBe('downloadNoPictures');
  expect(adviceFor({ score: 3, cause: 'computer', cameraLowered: true }, camera)).toBe('computer');
  expect(adviceFor({ score: 3, cause: 'pictures', cameraLowered: false }, camera)).toBe('pictures');
});

test('only what others show now can be given up: a camera or a screen', () => {
  const shows = (fields: Partial<Track>) => {
    const track = { id: 't', participantId: 'ada', kind: TrackKind.VIDEO, muted: false, originEdgeId: 'e' };
    return showsPictures(
      meetingView({ tracks: new Map([['t', { ...track, source: TrackSource.CAMERA, ...fields }]]) }),
    );
  };
  expect(shows({})).toBe(true);
  expect(shows({ source: TrackSource.SCREEN })).toBe(true);
  expect(shows({ muted: true })).toBe(false);
  expect(shows({ participantId: 'me' })).toBe(false);
  expect(shows({ source: TrackSource.MICROPHONE })).toBe(false);
});
