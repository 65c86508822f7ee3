import { expect, test } from 'vitest';
import { adviceFor } from './advice.ts';

test('nothing is said while the meeting goes well enough', () => {
  expect(adviceFor(null, true)).toBeNull();
  expect(adviceFor({ score: 4, cause: null, cameraLowered: false }, true)).toBeNull();
  expect(adviceFor({ score: 3, cause: 'delay', cameraLowered: false }, true)).toBeNull();
});

test('the remedy fits the cause: who has no camera on is not told to turn it off', () => {
  expect(adviceFor({ score: 2, cause: 'upload', cameraLowered: true }, true)).toBe('uploadLowered');
  expect(adviceFor({ score: 2, cause: 'upload', cameraLowered: false }, true)).toBe('upload');
  expect(adviceFor({ score: 2, cause: 'upload', cameraLowered: false }, false)).toBe('uploadNoCamera');
  expect(adviceFor({ score: 3, cause: 'computer', cameraLowered: true }, true)).toBe('computer');
  expect(adviceFor({ score: 3, cause: 'pictures', cameraLowered: false }, true)).toBe('pictures');
});
