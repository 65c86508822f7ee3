import { fuzzing, fuzzTimeoutMs, mangled } from '@canopy/runtime/testing/fuzz';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteRange } from '../http/byte-range.ts';

const headers = fc.oneof(mangled(['bytes=0-3', 'bytes=90-', 'bytes=-10', 'bytes=0-1,5-6']), fc.string());
const sizes = fc.oneof(fc.constantFrom(0, 1, 2 ** 53 - 1), fc.nat());

test('a range is within the file, whatever the header says', { timeout: fuzzTimeoutMs }, () => {
  fc.assert(
    fc.property(headers, sizes, (header, bytes) => {
      const range = byteRange(header, bytes);
      if (range === undefined || range === 'unsatisfiable') return;
      expect([range.from, range.to].every(Number.isSafeInteger)).toBe(true);
      expect(range.from).toBeGreaterThanOrEqual(0);
      expect(range.from).toBeLessThanOrEqual(range.to);
      expect(range.to).toBeLessThan(bytes);
    }),
    fuzzing(),
  );
});

test('a range that is there is the one that was asked for', { timeout: fuzzTimeoutMs }, () => {
  fc.assert(
    fc.property(fc.integer({ min: 1 }), fc.nat(), fc.nat(), (bytes, from, length) => {
      const to = from + length;
      const here = from < bytes;
      const expected = here ? { from, to: Math.min(to, bytes - 1) } : 'unsatisfiable';
      expect(byteRange(`bytes=${from}-${to}`, bytes)).toEqual(expected);
      expect(byteRange(`bytes=${from}-`, bytes)).toEqual(here ? { from, to: bytes - 1 } : 'unsatisfiable');
      const last = { from: Math.max(0, bytes - length), to: bytes - 1 };
      expect(byteRange(`bytes=-${length}`, bytes)).toEqual(length > 0 ? last : 'unsatisfiable');
    }),
    fuzzing(),
  );
});
