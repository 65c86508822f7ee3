import { expect, onTestFinished, test, vi } from 'vitest';
import { canJoin } from './device.ts';

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
