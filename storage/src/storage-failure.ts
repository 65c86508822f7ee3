import { CanopyError } from '@canopy/runtime/errors';

/** RECORDING_DISK_FULL where a disk here has no room, else STORAGE_UNAVAILABLE. */
export function storageFailure(cause: unknown): CanopyError {
  const full = cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
  return new CanopyError(full ? 'RECORDING_DISK_FULL' : 'STORAGE_UNAVAILABLE', undefined, { cause });
}
