import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LinkSample, qualityOf, type SteadyQuality, steady } from './link-quality.ts';

const nothing: LinkSample = {
  rttMs: undefined,
  uploadLoss: undefined,
  uploadLimitedBy: undefined,
  downloadLoss: undefined,
  jitterMs: undefined,
  picturesLowered: false,
  frozen: undefined,
};

test('what was not measured is not complained of', () => {
  expect(qualityOf(nothing)).toEqual({ score: 4, cause: null, cameraLowered: false });
});

test('a camera that the upload cannot carry is named as that', () => {
  expect(qualityOf({ ...nothing, uploadLimitedBy: 'bandwidth' })).toEqual({
    score: 2,
    cause: 'upload',
    cameraLowered: true,
  });
});

test('a computer that is too busy is no matter of the network', () => {
  expect(qualityOf({ ...nothing, uploadLimitedBy: 'cpu' })).toMatchObject({ score: 3, cause: 'computer' });
});

test('pictures that the connection cannot carry are named before what is only measured, but after what is worse', () => {
  const lowered = { ...nothing, picturesLowered: true };
  expect(qualityOf(lowered)).toEqual({ score: 3, cause: 'pictures', cameraLowered: false });
  expect(qualityOf({ ...lowered, rttMs: 300, downloadLoss: 0.03 }).cause).toBe('pictures');
  expect(qualityOf({ ...lowered, downloadLoss: 0.07 })).toMatchObject({ score: 2, cause: 'download' });
});

test('the worst part decides, and is the cause', () => {
  expect(qualityOf({ ...nothing, downloadLoss: 0.2, rttMs: 300 })).toMatchObject({ score: 1, cause: 'download' });
  expect(qualityOf({ ...nothing, downloadLoss: 0.03, rttMs: 500 })).toMatchObject({ score: 2, cause: 'delay' });
  expect(qualityOf({ ...nothing, frozen: 0.15 })).toMatchObject({ score: 2, cause: 'download' });
});

test('more loss never looks better', () => {
  const loss = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(loss, loss, (a, b) => {
      const [less, more] = a < b ? [a, b] : [b, a];
      const score = (downloadLoss: number) => qualityOf({ ...nothing, downloadLoss }).score;
      expect(score(more)).toBeLessThanOrEqual(score(less));
    }),
  );
});

test('worse is said at once, better when it has lasted', () => {
  const bad = qualityOf({ ...nothing, downloadLoss: 0.2 });
  const good = qualityOf(nothing);
  const shown = (samples: (typeof good)[]) => samples.reduce<SteadyQuality | undefined>(steady, undefined)?.shown.score;
  expect(shown([good, bad])).toBe(1);
  expect(shown([good, bad, good, good])).toBe(1);
  expect(shown([good, bad, good, good, good])).toBe(4);
  expect(shown([good, bad, good, good, bad, good])).toBe(1);
});
