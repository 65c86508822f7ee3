import { TrackSource } from '@canopy/proto/media';
import { CanopyError } from '@canopy/runtime/errors';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { expect, onTestFinished, test } from 'vitest';
import { BrowserWithoutMedia, offerOn } from '../testing/browser-without-media.ts';
import { MediaSession, type MediaSessionOptions } from './media-session.ts';

/** Somebody turns a camera on, whose picture is worth three layers. */
async function film(browser: BrowserWithoutMedia, publish: MediaSessionOptions['publish']) {
  const identity = { certificate: {} as RTCCertificate, fingerprints: [] };
  const session = new MediaSession({ device: await browser.load(), identity, offer: offerOn('edge'), publish });
  onTestFinished(() => session.close());
  const picture = new FakeMediaStreamTrack({ kind: 'video' });
  return session.send(picture, { source: TrackSource.CAMERA, muted: false, codec: 'VP8' });
}

test('a browser that takes no layers sends one picture, as large as the largest', async () => {
  const browser = new BrowserWithoutMedia();
  browser.takesLayers = false;
  const camera = await film(browser, async () => 'camera');
  expect(camera.id).toBe('camera');
  const [layers = [], alone = []] = browser.encodings;
  expect(layers).toHaveLength(3);
  expect(alone).toMatchObject([{ scaleResolutionDownBy: 1, maxBitrate: layers.at(-1)?.maxBitrate }]);
});

test('what the server refuses is not asked for again', async () => {
  const browser = new BrowserWithoutMedia();
  const refused = film(browser, () => Promise.reject(new CanopyError('TRACK_LIMIT_REACHED')));
  await expect(refused).rejects.toMatchObject({ code: 'TRACK_LIMIT_REACHED' });
  expect(browser.encodings).toHaveLength(1);
});
