import { CanopyError } from '@canopy/runtime/errors';
import { expect, test } from 'vitest';
import { isDiskFull, storageFailure } from './storage-failure.ts';

const failed = (code: string) => Object.assign(new Error('write failed'), { code });

test('a disk without room is told from one that can not be reached, with the cause', () => {
  const codes = ['ENOSPC', 'EDQUOT', 'EACCES', 'EIO'].map((code) => storageFailure(failed(code)).code);
  expect(codes).toEqual(['RECORDING_DISK_FULL', 'RECORDING_DISK_FULL', 'STORAGE_UNAVAILABLE', 'STORAGE_UNAVAILABLE']);
  const cause = failed('ENOSPC');
  expect(storageFailure(cause)).toMatchObject({ cause });
  expect([isDiskFull(failed('EIO')), isDiskFull('ENOSPC')]).toEqual([false, false]);
});

test('what is coded already is not coded anew', () => {
  const full = new CanopyError('RECORDING_DISK_FULL');
  expect(storageFailure(full)).toBe(full);
});
