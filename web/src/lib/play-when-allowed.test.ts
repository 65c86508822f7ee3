import { expect, onTestFinished, test, vi } from 'vitest';
import { playWhenAllowed } from './play-when-allowed.ts';

/** A page with a picture, in a browser that wants to be touched first. */
function lowOnPower() {
  const page = new EventTarget();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  onTestFinished(() => void vi.unstubAllGlobals());
  const play = vi.fn<() => Promise<void>>();
  play.mockRejectedValueOnce(new DOMException('touch first', 'NotAllowedError')).mockResolvedValue();
  const touch = () => void page.dispatchEvent(new Event('pointerup'));
  return { picture: { play }, touch };
}

/** Lets promises that are settled be heard of. */
const heard = () => new Promise((resolve) => void setImmediate(resolve));

test('a picture that may not play yet plays with the next touch, once', async () => {
  const { picture, touch } = lowOnPower();
  playWhenAllowed(picture);
  await heard();
  touch();
  await heard();
  touch();
  expect(picture.play).toHaveBeenCalledTimes(2);
});

test('one that is not shown any longer does not', async () => {
  const { picture, touch } = lowOnPower();
  const stop = playWhenAllowed(picture);
  await heard();
  stop();
  touch();
  expect(picture.play).toHaveBeenCalledTimes(1);
});
