import { TrackSource } from '@canopy/proto/media';
import { anyText, fuzzing, fuzzTimeoutMs, mangled, mangledBytes } from '@canopy/runtime/testing/fuzz';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameProcessors, type FrameRoute } from '../e2ee/frame-processors.ts';
import { meetingSecretOf, newEncryptionKey } from '../e2ee/meeting-key.ts';

test.each([
  ['video', TrackSource.CAMERA],
  ['audio', TrackSource.MICROPHONE],
] as const)(
  'a frame of %s is shown as it was sent, or not at all',
  {
    timeout: fuzzTimeoutMs,
  },
  async (kind, source) => {
    const secret = await meetingSecretOf(newEncryptionKey(), 'm');
    const processors = new FrameProcessors(() => {});
    processors.setSecret(secret);
    const route: Omit<FrameRoute, 'direction'> = { kind, source, participantId: 'mara', trackId: 't' };
    const sent = Uint8Array.from({ length: 60 }, (_, index) => index);
    const frame = { data: sent.slice().buffer };
    expect(await processors.for({ ...route, direction: 'send' })(frame)).toBe(true);
    const receive = processors.for({ ...route, direction: 'receive' });
    await fc.assert(
      fc.asyncProperty(mangledBytes([new Uint8Array(frame.data)]), async (bytes) => {
        const received = { data: Uint8Array.from(bytes).buffer };
        if (await receive(received)) expect(new Uint8Array(received.data)).toEqual(sent);
      }),
      fuzzing(),
    );
  },
);

test('what stands in a link is a key, or a passphrase that is refused if it is too short', {
  timeout: fuzzTimeoutMs,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(mangled([newEncryptionKey()]), anyText), async (text) => {
      const failure = await meetingSecretOf(text, 'm').then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure !== undefined) expect(failure).toMatchObject({ code: 'BAD_REQUEST' });
    }),
    // A passphrase is made hard to guess, which takes its time.
    fuzzing(10),
  );
});
