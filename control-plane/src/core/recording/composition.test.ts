import { describe, expect, it } from 'vitest';
import { stretchesOf } from './composition.ts';
import type { RecordingPart } from './recording.ts';

const part = (id: string, startedAt: number, writtenUntil: number, more: Partial<RecordingPart> = {}) => ({
  id,
  trackId: id,
  edgeId: 'a',
  kind: 'video' as const,
  screen: false,
  startedAt,
  writtenUntil,
  segments: 1,
  bytes: 1,
  running: false,
  ...more,
});

describe('the stretches of a recording', () => {
  it('are the times in which something was recorded, a minute at most, in whole pictures', () => {
    const parts = [part('1', 0, 70_000), part('2', 10_000, 90_010), part('3', 300_000, 310_000)];
    expect(stretchesOf(parts)).toEqual([
      { from: 0, to: 60_000 },
      { from: 60_000, to: 90_000 },
      { from: 300_000, to: 310_000 },
    ]);
  });

  it('are none for what is too short to be seen', () => {
    expect(stretchesOf([part('1', 0, 100)])).toEqual([]);
  });
});
