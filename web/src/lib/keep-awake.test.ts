import { afterEach, expect, test, vi } from 'vitest';
import { keepAwake } from './keep-awake.ts';

afterEach(() => void vi.unstubAllGlobals());

test('what may not process sound yet does with the next touch, and is left alone when it has ended', () => {
  const page = new EventTarget();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  const context = Object.assign(new EventTarget(), {
    state: 'suspended' as AudioContextState,
    resume: vi.fn(async () => {}),
  });
  const stop = keepAwake(context);
  page.dispatchEvent(new Event('click'));
  expect(context.resume).toHaveBeenCalledTimes(1);
  context.state = 'running';
  page.dispatchEvent(new Event('click'));
  expect(context.resume).toHaveBeenCalledTimes(1);
  // A phone call.
  context.state = 'suspended';
  context.dispatchEvent(new Event('statechange'));
  expect(context.resume).toHaveBeenCalledTimes(2);
  stop();
  page.dispatchEvent(new Event('keydown'));
  expect(context.resume).toHaveBeenCalledTimes(2);
});
