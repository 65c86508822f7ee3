import { expect, test } from 'vitest';
import { adviceFor } from './advice.ts';

const camera = { sendsCamera: true, audioOnly: false };

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
  expect(adviceFor(download, { ...camera, audioOnly: true })).toBe('downloadAudioOnly');
  expect(adviceFor({ score: 3, cause: 'computer', cameraLowered: true }, camera)).toBe('computer');
  expect(adviceFor({ score: 3, cause: 'pictures', cameraLowered: false }, camera)).toBe('pictures');
});
