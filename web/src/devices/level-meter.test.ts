import { expect, test } from 'vitest';
import { loudness } from './level-meter.ts';

test('silence is nothing, speech is something, a shout is everything', () => {
  expect(loudness(new Float32Array(512))).toBe(0);
  const speech = loudness(new Float32Array(512).fill(0.03));
  expect(speech).toBeGreaterThan(0.4);
  expect(speech).toBeLessThan(0.8);
  expect(loudness(new Float32Array(512).fill(0.9))).toBe(1);
});
