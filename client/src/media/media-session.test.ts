import { TrackSource } from '@canopy/proto/media';
import { CanopyError } from '@canopy/runtime/errors';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { expect, onTestFinished, test, vi } from 'vitest';
import { BrowserWithoutMedia, offerOn } from '../testing/browser-without-media.ts';
import { MediaSession, type MediaSessionOptions } from './media-session.ts';

/** Somebody turns a camera on, whose picture is worth three layers. */
async function film(
  browser: BrowserWithoutMedia,
  publish: MediaSessionOptions['publish'] = async () => 'camera',
  picture = new FakeMediaStreamTrack({ kind: 'video' }),
) {
  const identity = { certificate: {} as RTCCertificate, fingerprints: [] };
  const session = new MediaSession({ device: await browser.load(), identity, offer: offerOn('edge'), publish });
  onTestFinished(() => session.close());
  return session.send(picture, { source: TrackSource.CAMERA, muted: false, codec: 'VP8' });
}

test.each([new TypeError('no layers'), new DOMException('no such layers', 'OperationError')])(
  'a browser that takes no layers (%s) sends one picture, as large as the largest',
  async (refusal) => {
    const browser = new BrowserWithoutMedia();
    browser.onLayers = () => {
      throw refusal;
    };
    const camera = await film(browser);
    expect(camera.id).toBe('camera');
    const [layers = [], alone = []] = browser.encodings;
    expect(layers).toHaveLength(3);
    expect(alone).toMatchObject([{ scaleResolutionDownBy: 1, maxBitrate: layers.at(-1)?.maxBitrate }]);
  },
);

test('what fails once layers are being sent fails, as does what is said of the connection', async () => {
  const failure = new DOMException('the answer does not fit', 'OperationError');
  const closed = new DOMException('closed', 'InvalidStateError');
  for (const [error, begins] of [
    [failure, true],
    [closed, false],
  ] as const) {
    const browser = new BrowserWithoutMedia();
    browser.onLayers = ({ onRtpSender }) => {
      if (begins) onRtpSender?.({} as RTCRtpSender);
      throw error;
    };
    await expect(film(browser)).rejects.toBe(error);
    expect(browser.encodings).toHaveLength(1);
  }
});

test('a camera that has ended is not taken for a browser without layers', async () => {
  const warn = vi.spyOn(console, 'warn');
  onTestFinished(() => warn.mockRestore());
  const picture = new FakeMediaStreamTrack({ kind: 'video' });
  picture.stop();
  await expect(film(new BrowserWithoutMedia(), undefined, picture)).rejects.toThrow('track ended');
  expect(warn).not.toHaveBeenCalled();
});

test('what the server refuses is not asked for again', async () => {
  const browser = new BrowserWithoutMedia();
  const refused = film(browser, () => Promise.reject(new CanopyError('TRACK_LIMIT_REACHED')));
  await expect(refused).rejects.toMatchObject({ code: 'TRACK_LIMIT_REACHED' });
  expect(browser.encodings).toHaveLength(1);
});
