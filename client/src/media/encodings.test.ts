import { TrackSource } from '@canopy/proto/media';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { audioOptions, videoEncodings } from './encodings.ts';

const hd = { width: 1280, height: 720 };

test('a 720p camera sends three simulcast layers, each half the size of the next', () => {
  const encodings = videoEncodings(TrackSource.CAMERA, hd, 'VP8');
  expect(encodings.map(({ scaleResolutionDownBy }) => scaleResolutionDownBy)).toEqual([4, 2, 1]);
});

test('a smaller camera sends no layer that nobody could recognise anything in', () => {
  expect(videoEncodings(TrackSource.CAMERA, { width: 640, height: 480 }, 'VP8')).toHaveLength(2);
  expect(videoEncodings(TrackSource.CAMERA, { width: 320, height: 240 }, 'H264')).toHaveLength(1);
});

test('SVC codecs send one stream of as many spatial layers', () => {
  expect(videoEncodings(TrackSource.CAMERA, hd, 'VP9')).toMatchObject([{ scalabilityMode: 'L3T3_KEY' }]);
  expect(videoEncodings(TrackSource.CAMERA, { width: 320, height: 180 }, 'AV1')).toMatchObject([
    { scalabilityMode: 'L1T3' },
  ]);
});

test('a screen comes with a half-size copy for small tiles', () => {
  const encodings = videoEncodings(TrackSource.SCREEN, { width: 1920, height: 1080 }, 'VP8');
  expect(encodings.map(({ scaleResolutionDownBy }) => scaleResolutionDownBy)).toEqual([2, 1]);
});

test('the half-size copy of a large screen is still legible, and neither asks for more than a connection may have', () => {
  const encodings = videoEncodings(TrackSource.SCREEN, { width: 2560, height: 1440 }, 'VP8');
  expect(encodings).toMatchObject([
    { scaleResolutionDownBy: 2, maxBitrate: 829_440 },
    { scaleResolutionDownBy: 1, maxBitrate: 3_000_000 },
  ]);
});

test('a shared screen goes before cameras, and a film gets more of the link than slides', () => {
  const screen = (moves: boolean) => videoEncodings(TrackSource.SCREEN, hd, 'VP8', moves);
  const hdScreen = (moves: boolean) => screen(moves).at(-1);
  // Browsers refuse it in any encoding but the first.
  expect(screen(false).map(({ priority }) => priority)).toEqual(['high', undefined]);
  expect(videoEncodings(TrackSource.CAMERA, hd, 'VP8')[0]?.priority).toBeUndefined();
  expect(hdScreen(true)?.maxBitrate).toBeGreaterThan(hdScreen(false)?.maxBitrate ?? 0);
});

test('what a screen sounds like is music, in stereo, and a voice costs next to nothing while it is silent', () => {
  expect(audioOptions(TrackSource.SCREEN_AUDIO)).toMatchObject({ opusStereo: true, opusMaxAverageBitrate: 128_000 });
  expect(audioOptions(TrackSource.MICROPHONE)).toEqual({ opusDtx: true, opusFec: true });
});

test('layers grow in size and bitrate and stay within bounds, whatever the picture', () => {
  const size = fc.record({ width: fc.integer({ min: 1, max: 7680 }), height: fc.integer({ min: 1, max: 4320 }) });
  const source = fc.constantFrom(TrackSource.CAMERA, TrackSource.SCREEN);
  fc.assert(
    fc.property(source, size, (from, picture) => {
      const bitrates = videoEncodings(from, picture, 'VP8').map(({ maxBitrate = 0 }) => maxBitrate);
      expect(bitrates).toEqual(bitrates.toSorted((a, b) => a - b));
      for (const bitrate of bitrates) {
        expect(bitrate).toBeGreaterThanOrEqual(100_000);
        expect(bitrate).toBeLessThanOrEqual(3_000_000);
      }
    }),
  );
});
