import { isDiskFull, storageFailure } from '@canopy/storage/storage-failure';

/** Does something where is kept what is being worked on. Errors: RECORDING_DISK_FULL. */
export async function onWorkDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw isDiskFull(cause) ? storageFailure(cause) : cause;
  }
}
