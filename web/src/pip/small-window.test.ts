import { afterEach, expect, test, vi } from 'vitest';
import { canOpenSmallWindow } from './small-window.ts';

afterEach(() => void vi.unstubAllGlobals());

/** A browser that has small windows. */
function pageIn(top: object | null): void {
  const window = { documentPictureInPicture: {}, top: {} };
  window.top = top ?? window;
  vi.stubGlobal('window', window);
}

test('a page opens a small window where the browser has them, unless it is in a frame of another', () => {
  pageIn(null);
  expect(canOpenSmallWindow()).toBe(true);
  pageIn({});
  expect(canOpenSmallWindow()).toBe(false);
});
