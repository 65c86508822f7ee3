import { expect, it } from 'vitest';
import { gapsOf, type RecordingPart, withParts, withWords } from './recording.ts';

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

it('goes by the word of the edge that wrote a part, and where that one is gone by who knows of more', () => {
  const gone = { edgeId: 'gone' };
  const words = new Map([
    ['a', [part('1', 0, 20), part('2', 0, 20, { edgeId: 'b' }), part('3', 0, 30, gone)]],
    ['b', [part('1', 0, 10, { running: false }), part('2', 0, 10, { edgeId: 'b' }), part('3', 0, 10, gone)]],
  ]);
  const parts = withWords([part('1', 0, 5), part('4', 0, 5)], words);
  expect(new Set(parts.map(({ id, writtenUntil, running }) => `${id} ${writtenUntil} ${running}`))).toEqual(
    new Set(['1 20 true', '2 10 true', '3 30 true', '4 5 false']),
  );
});

it('shows the gap that a takeover leaves, of each track by itself', () => {
  const parts = [part('1', 0, 10), part('2', 0, 30, { trackId: 'mic' }), part('3', 14, 30)];
  expect(gapsOf(parts)).toEqual([{ trackId: 'cam', from: 10, to: 14 }]);
});
