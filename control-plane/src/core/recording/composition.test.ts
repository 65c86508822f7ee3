import { describe, expect, it } from 'vitest';
import { retryOf, stretchesOf, withoutDoubles } from './composition.ts';
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

describe('parts of one track from several edges', () => {
  const used = (...parts: RecordingPart[]) =>
    withoutDoubles(parts).map(({ id, startedAt, writtenUntil, until }) => [id, startedAt, writtenUntil, until]);
  const ofTrack = (id: string, startedAt: number, writtenUntil: number) =>
    part(id, startedAt, writtenUntil, { trackId: 'cam' });

  it('follow each other: the next takes over where it begins', () => {
    expect(used(ofTrack('1', 0, 30_000), ofTrack('2', 10_000, 40_000), ofTrack('3', 50_000, 60_000))).toEqual([
      ['1', 0, 10_000, 10_000],
      ['2', 10_000, 40_000, 50_000],
      ['3', 50_000, 60_000, undefined],
    ]);
  });

  it('are left out where another has all of them', () => {
    expect(used(ofTrack('1', 0, 60_000), ofTrack('2', 10_000, 12_000), ofTrack('3', 0, 5_000))).toEqual([
      ['1', 0, 60_000, undefined],
    ]);
  });

  it('leave other tracks alone', () => {
    expect(used(ofTrack('1', 0, 30_000), part('mic', 10_000, 40_000))).toEqual([
      ['1', 0, 30_000, undefined],
      ['mic', 10_000, 40_000, undefined],
    ]);
  });
});

it('is tried again for long where something is away or full, and never where nothing was recorded', () => {
  expect(['STORAGE_UNAVAILABLE', 'RECORDING_DISK_FULL', 'STATE_UNAVAILABLE'].map(retryOf)).toEqual(
    Array.from({ length: 3 }, () => 'later'),
  );
  expect([retryOf('RECORDING_FAILED'), retryOf('RECORDING_EMPTY')]).toEqual(['soon', 'never']);
});
