import { TrackKind } from '@canopy/proto/media';
import { mostWanted } from '@canopy/proto/wants';
import { expect, test } from 'vitest';
import { checkTargets } from './track-targets.ts';

function targets(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    want: { trackId: `t${index}`, width: 0, height: 0, priority: 255 },
    originEdgeId: 'e',
    kind: TrackKind.AUDIO,
  }));
}

test('an edge takes as many tracks as a participant may ask for, and no more', () => {
  expect(checkTargets(targets(mostWanted))).toHaveLength(mostWanted);
  expect(() => checkTargets(targets(mostWanted + 1))).toThrow(
    expect.objectContaining({ code: 'INVALID_MEDIA_PARAMETERS' }),
  );
});
