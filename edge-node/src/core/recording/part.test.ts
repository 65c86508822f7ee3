import { expect, it } from 'vitest';
import { failureOf } from './part.ts';

it('takes the end of the stream for none', () => {
  expect(failureOf(0, '')).toBeUndefined();
});

it('tells a full disk from other failures, whatever the exit code', () => {
  expect(failureOf(0, 'av_interleaved_write_frame(): No space left on device')).toBe('RECORDING_DISK_FULL');
  expect([failureOf(1, 'Invalid data'), failureOf(null, '')]).toEqual(['RECORDING_FAILED', 'RECORDING_FAILED']);
});
