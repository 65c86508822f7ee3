import { expect, it } from 'vitest';
import { failureOf, partRecord, readPart, segmentEnds } from './part.ts';

it('takes the end of the stream for none', () => {
  expect(failureOf(0, '')).toBeUndefined();
});

it('tells a full disk from other failures, whatever the exit code', () => {
  expect(failureOf(0, 'av_interleaved_write_frame(): No space left on device')).toBe('RECORDING_DISK_FULL');
  expect([failureOf(1, 'Invalid data'), failureOf(null, '')]).toEqual(['RECORDING_FAILED', 'RECORDING_FAILED']);
});

it('reads where segments end in the list of those that are closed', () => {
  const list = '00000.mkv,0.000000,10.003000\n00001.mkv,10.003000,13.250000\n';
  expect([...segmentEnds(list, 5_000)]).toEqual([
    ['00000.mkv', 15_003],
    ['00001.mkv', 18_250],
  ]);
});

it('takes no time from a line of that list that was not written whole', () => {
  const list = '00000.mkv,0.000000,10.003000\n00001.mkv,10.003000,';
  for (const cut of [list, `${list}13`, `${list}\n`, `${list}nan\n`])
    expect([...segmentEnds(cut, 5_000)]).toEqual([['00000.mkv', 15_003]]);
});

it('tells what a part is from what can not be read', () => {
  const part = { partId: 'part', trackId: 'mic', edgeId: 'edge', kind: 'audio', startedAtMs: 1 };
  expect(readPart(partRecord, JSON.stringify(part))).toEqual(part);
  expect(['', '{"partId":"pa', '{"partId":"part"}'].map((text) => readPart(partRecord, text))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
