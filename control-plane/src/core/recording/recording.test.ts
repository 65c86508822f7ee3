import { expect, it } from 'vitest';
import { gapsOf, type RecordingPart, withParts } from './recording.ts';

const part = (
  id: string,
  startedAt: number,
  writtenUntil: number,
  more: Partial<RecordingPart> = {},
): RecordingPart => ({
  id,
  trackId: 'cam',
  edgeId: 'a',
  kind: 'video',
  screen: false,
  startedAt,
  writtenUntil,
  segments: 1,
  bytes: 1,
  running: true,
  ...more,
});

it('keeps what an edge that is gone has told of, as ended', () => {
  const [first, second] = withParts([part('1', 0, 10)], [part('2', 14, 20, { edgeId: 'b' })]);
  expect([first?.running, second?.running, second?.edgeId]).toEqual([false, true, 'b']);
});

it('takes the newer word on a part', () => {
  expect(withParts([part('1', 0, 10)], [part('1', 0, 20)])).toEqual([part('1', 0, 20)]);
});

it('shows the gap that a takeover leaves, of each track by itself', () => {
  const parts = [part('1', 0, 10), part('2', 0, 30, { trackId: 'mic' }), part('3', 14, 30)];
  expect(gapsOf(parts)).toEqual([{ trackId: 'cam', from: 10, to: 14 }]);
});
