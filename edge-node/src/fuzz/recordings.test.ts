import { anyText, fuzzing, fuzzTimeoutMs, mangled } from '@canopy/runtime/testing/fuzz';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partRecord, readPart, segmentEnds, storedPart } from '../core/recording/part.ts';

const part = JSON.stringify({
  partId: 'p',
  trackId: 't',
  edgeId: 'edge-1',
  kind: 'video',
  startedAtMs: 1_700_000_000_000,
  endedAtMs: 1_700_000_004_000,
  errorCode: 'RECORDING_FAILED',
  segments: 2,
  bytes: 4_000,
  writtenUntilMs: 1_700_000_004_000,
});

test('what another edge stored of a part says all of it, or nothing', { timeout: fuzzTimeoutMs }, () => {
  fc.assert(
    fc.property(
      fc.oneof(mangled([part]), fc.json(), anyText),
      fc.constantFrom(partRecord, storedPart),
      (text, shape) => {
        const read = readPart(shape, text);
        if (read !== undefined) expect(readPart(shape, JSON.stringify(read))).toEqual(read);
      },
    ),
    fuzzing(),
  );
});

test('a damaged list of segments tells when some of them end, or nothing', { timeout: fuzzTimeoutMs }, () => {
  const list = '00000.mkv,0.000000,2.000000\n00001.mkv,2.000000,4.000000\n';
  fc.assert(
    fc.property(fc.oneof(mangled([list]), anyText), (text) => {
      for (const end of segmentEnds(text, 1_700_000_000_000).values()) expect(Number.isFinite(end), text).toBe(true);
    }),
    fuzzing(),
  );
});
