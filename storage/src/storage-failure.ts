import { CanopyError } from '@canopy/runtime/errors';

/** RECORDING_DISK_FULL where a disk here has no room, else STORAGE_UNAVAILABLE; what is coded already stays as it is. */
export function storageFailure(cause: unknown): CanopyError {
  if (cause instanceof CanopyError) return cause;
  return new CanopyError(isDiskFull(cause) ? 'RECORDING_DISK_FULL' : 'STORAGE_UNAVAILABLE', undefined, { cause });
}

/** Whether a disk, or what one may use of it, has no room. */
export function isDiskFull(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
}
