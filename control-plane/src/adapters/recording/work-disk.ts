import { CanopyError } from '@canopy/runtime/errors';

/** Does something where is kept what is being worked on. Errors: RECORDING_DISK_FULL. */
export async function onWorkDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const full = cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
    throw full ? new CanopyError('RECORDING_DISK_FULL', undefined, { cause }) : cause;
  }
}
