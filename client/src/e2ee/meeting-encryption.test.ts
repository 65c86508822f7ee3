import { expect, onTestFinished, test, vi } from 'vitest';
import { MeetingEncryption } from './meeting-encryption.ts';

/** Encryption in a browser whose worker does nothing. */
function encryptionWith(key: string | undefined): MeetingEncryption {
  class IdleWorker extends EventTarget {
    postMessage(): void {}
    terminate(): void {}
  }
  vi.stubGlobal('Worker', IdleWorker);
  vi.stubGlobal('RTCRtpScriptTransform', class {});
  onTestFinished(() => void vi.unstubAllGlobals());
  return new MeetingEncryption({ on: true, key, meetingId: 'm', participantId: 'ada', ownerOf: () => undefined });
}

test('who gave a passphrase has none missing while a key is made of it', async () => {
  const encryption = encryptionWith('correct horse');
  expect(encryption.view).toMatchObject({ code: null, deriving: true });
  const seen: boolean[] = [];
  encryption.events.on('changed', ({ code, deriving }) => seen.push(code !== null || deriving));
  await expect.poll(() => encryption.view).toMatchObject({ code: expect.any(String), deriving: false });
  expect(seen).not.toContain(false);
});

test('a key that is none, or was not given, is missing', async () => {
  expect(encryptionWith(undefined).view).toMatchObject({ code: null, deriving: false });
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => warned.mockRestore());
  const encryption = encryptionWith('short');
  await expect.poll(() => encryption.view).toMatchObject({ code: null, deriving: false });
  expect(warned).toHaveBeenCalledOnce();
});
