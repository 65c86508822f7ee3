import { expect, onTestFinished, test, vi } from 'vitest';
import { canJoin, loadDevice, UnsupportedError } from './device.ts';

test('a browser can join that has WebRTC and is not old', () => {
  expect(canJoin()).toBe(false);
  vi.stubGlobal('RTCPeerConnection', class {});
  onTestFinished(() => void vi.unstubAllGlobals());
  expect(canJoin()).toBe(true);
  const { withResolvers } = Promise;
  Reflect.deleteProperty(Promise, 'withResolvers');
  const canOldOne = canJoin();
  Promise.withResolvers = withResolvers;
  expect(canOldOne).toBe(false);
});

test('a browser that has WebRTC and is none that is known, as Node.js by its name, is told that it is unsupported', async () => {
  await expect(loadDevice()).rejects.toThrow(UnsupportedError);
});
