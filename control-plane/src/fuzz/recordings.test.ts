import { anyText, fuzzing, fuzzTimeoutMs, mangled } from '@canopy/runtime/testing/fuzz';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { segmentsIn } from '../core/recording/segments.ts';

const files = ['00000.mkv', '00001.mkv', '00002.mkv'].map((name) => ({ name, isEmpty: false }));

test('whatever an edge left as the list of its segments, its files come one after the other', {
  timeout: fuzzTimeoutMs,
}, () => {
  const list = '00000.mkv,0.000000,2.000000\n00001.mkv,2.000000,4.000000\n00002.mkv,4.000000,6.000000\n';
  fc.assert(
    fc.property(fc.shuffledSubarray(files), fc.oneof(mangled([list]), anyText), (some, text) => {
      const segments = segmentsIn(some, text);
      expect(segments.map(({ name }) => name)).toEqual(some.map(({ name }) => name).sort());
      let reached = 0;
      for (const { from, to = from } of segments) {
        expect([Number.isFinite(from), Number.isFinite(to), from >= reached, to >= from], text).not.toContain(false);
        reached = from;
      }
    }),
    fuzzing(),
  );
});
