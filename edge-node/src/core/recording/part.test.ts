import { expect, it } from 'vitest';
import { failureOf, segmentEndMs } from './part.ts';

it('takes the end of the stream for none', () => {
  expect(failureOf(0, '')).toBeUndefined();
});

it('tells a full disk from other failures, whatever the exit code', () => {
  expect(failureOf(0, 'av_interleaved_write_frame(): No space left on device')).toBe('RECORDING_DISK_FULL');
  expect([failureOf(1, 'Invalid data'), failureOf(null, '')]).toEqual(['RECORDING_FAILED', 'RECORDING_FAILED']);
});

it('reads where a segment ends in the list of those that are closed', () => {
  const list = '00000.mkv,0.000000,10.003000\n00001.mkv,10.003000,13.250000\n';
  expect(['00001.mkv', '00002.mkv'].map((name) => segmentEndMs(list, name, 5_000))).toEqual([18_250, undefined]);
});
