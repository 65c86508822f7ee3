import { expect, it } from 'vitest';
import { failureOf } from './part.ts';

it('takes an end on request, or of the stream, for none', () => {
  expect([failureOf(0, ''), failureOf(255, 'Exiting normally')]).toEqual([undefined, undefined]);
});

it('tells a full disk from other failures, whatever the exit code', () => {
  expect(failureOf(0, 'av_interleaved_write_frame(): No space left on device')).toBe('RECORDING_DISK_FULL');
  expect([failureOf(1, 'Invalid data'), failureOf(null, '')]).toEqual(['RECORDING_FAILED', 'RECORDING_FAILED']);
});
