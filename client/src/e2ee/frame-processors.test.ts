import { TrackSource } from '@canopy/proto/media';
import { expect, it } from 'vitest';
import { toHex } from '../testing/hex.ts';
import { type DecryptionReport, FrameProcessors, type FrameRoute } from './frame-processors.ts';
import { meetingSecretOf, newEncryptionKey } from './meeting-key.ts';
import { replayWindow } from './sender-history.ts';

type Kind = FrameRoute['kind'];

/** As an encoder makes them: of VP8 the first bit says whether it is a key frame (0). */
const keyFrame = Uint8Array.from({ length: 60 }, (_, index) => (index === 0 ? 0x50 : index));
const deltaFrame = Uint8Array.from({ length: 40 }, (_, index) => (index === 0 ? 0x31 : index));

const route = (direction: FrameRoute['direction'], kind: Kind, participantId = 'mara'): FrameRoute => {
  const source = kind === 'video' ? TrackSource.CAMERA : TrackSource.MICROPHONE;
  return { direction, kind, participantId, source, trackId: direction === 'send' ? '' : 't' };
};

async function meeting(kind: Kind = 'video') {
  const secret = await meetingSecretOf(newEncryptionKey(), 'm');
  const sender = new FrameProcessors(() => {});
  sender.setSecret(secret);
  const reports: DecryptionReport[] = [];
  const viewer = new FrameProcessors((report) => reports.push(report));
  return { secret, sender, viewer, reports, send: sender.for(route('send', kind)) };
}

/** What a frame becomes, or null if it goes no further. */
async function through(process: ReturnType<FrameProcessors['for']>, bytes: Uint8Array): Promise<Uint8Array | null> {
  const frame = { data: Uint8Array.from(bytes).buffer };
  return (await process(frame)) ? new Uint8Array(frame.data) : null;
}

async function sealed(send: ReturnType<FrameProcessors['for']>, bytes: Uint8Array): Promise<Uint8Array> {
  return (await through(send, bytes)) ?? expect.fail('nothing was sent');
}

it('brings pictures and sound to who has the key', async () => {
  for (const [kind, frames] of [
    ['video', [keyFrame, deltaFrame]],
    ['audio', [Uint8Array.of(0x78, 1, 2, 3), Uint8Array.of(0x78)]],
  ] as const) {
    const { secret, viewer, send, reports } = await meeting(kind);
    viewer.setSecret(secret);
    const receive = viewer.for(route('receive', kind));
    for (const frame of frames) expect(await through(receive, await sealed(send, frame))).toEqual(frame);
    expect(reports).toEqual([]);
  }
});

it('leaves readable what tells key frames, and nothing else', async () => {
  const { send } = await meeting();
  const [key, delta] = [await sealed(send, keyFrame), await sealed(send, deltaFrame)];
  expect(key.subarray(0, 10)).toEqual(keyFrame.subarray(0, 10));
  expect(delta.subarray(0, 3)).toEqual(deltaFrame.subarray(0, 3));
  expect(toHex(key)).not.toContain(toHex(keyFrame.slice(10, 18)));
  expect(toHex(delta)).not.toContain(toHex(deltaFrame.slice(3, 11)));
});

it('refuses a frame whose readable bytes were changed', async () => {
  const { secret, viewer, send } = await meeting();
  viewer.setSecret(secret);
  const receive = viewer.for(route('receive', 'video'));
  const frame = await sealed(send, keyFrame);
  frame[6] = 0xff;
  expect(await through(receive, frame)).toBeNull();
});

it('sends nothing without a key', async () => {
  const send = new FrameProcessors(() => {}).for(route('send', 'video'));
  expect(await through(send, keyFrame)).toBeNull();
});

it('tells seldom of many frames that need another key, and once when the right one is there', async () => {
  const { secret, viewer, send, reports } = await meeting();
  const receive = viewer.for(route('receive', 'video'));
  for (let frame = 0; frame < 10; frame++) await through(receive, await sealed(send, keyFrame));
  expect(reports).toEqual([
    { trackId: 't', failure: { reason: 'key-missing', frames: 4 } },
    { trackId: 't', failure: { reason: 'key-missing', frames: 8 } },
  ]);
  viewer.setSecret(await meetingSecretOf(newEncryptionKey(), 'm'));
  for (let frame = 0; frame < 6; frame++) await through(receive, await sealed(send, keyFrame));
  expect(reports.at(-1)).toEqual({ trackId: 't', failure: { reason: 'other-key', frames: 16 } });
  viewer.setSecret(secret);
  await through(receive, await sealed(send, keyFrame));
  expect(reports.at(-1)).toEqual({ trackId: 't', failure: undefined });
});

it('does not take one person’s frames for another’s, nor a screen for a camera', async () => {
  const { secret, viewer, send } = await meeting();
  viewer.setSecret(secret);
  const frame = await sealed(send, keyFrame);
  expect(await through(viewer.for(route('receive', 'video', 'noah')), frame)).toBeNull();
  const screen = { ...route('receive', 'video'), source: TrackSource.SCREEN };
  expect(await through(viewer.for(screen), frame)).toBeNull();
});

it('takes plain frames and rubbish for what they are', async () => {
  const { secret, viewer, reports } = await meeting();
  viewer.setSecret(secret);
  const receive = viewer.for(route('receive', 'video'));
  for (let length = 0; length < 40; length++) expect(await through(receive, keyFrame.subarray(0, length))).toBeNull();
  expect(reports.length).toBeGreaterThan(0);
});

it('encrypts no two frames with the same key and counter, also when somebody joins again', async () => {
  const secret = await meetingSecretOf(newEncryptionKey(), 'm');
  const seals = Array.from({ length: 20 }, () => {
    const processors = new FrameProcessors(() => {});
    processors.setSecret(secret);
    return [processors.for(route('send', 'video')), processors.for(route('send', 'video'))];
  }).flat();
  const frames = await Promise.all(seals.flatMap((send) => [sealed(send, keyFrame), sealed(send, keyFrame)]));
  expect(new Set(frames.map((frame) => toHex(frame))).size).toBe(80);
});

it('plays no sound twice, and no picture that is old; one that changes its way may come again', async () => {
  const sound = await meeting('audio');
  sound.viewer.setSecret(sound.secret);
  const hear = sound.viewer.for(route('receive', 'audio'));
  const word = await sealed(sound.send, Uint8Array.of(0x78, 1, 2));
  expect(await through(hear, word)).not.toBeNull();
  expect(await through(hear, word)).toBeNull();

  const picture = await meeting();
  picture.viewer.setSecret(picture.secret);
  const see = picture.viewer.for(route('receive', 'video'));
  const first = await sealed(picture.send, keyFrame);
  expect(await through(see, first)).not.toBeNull();
  expect(await through(see, first)).not.toBeNull();
  for (let frame = 1; frame < replayWindow; frame++) await sealed(picture.send, deltaFrame);
  await through(see, await sealed(picture.send, deltaFrame));
  expect(await through(see, first)).toBeNull();
  expect(await through(picture.viewer.for(route('receive', 'video')), first)).toBeNull();
});
