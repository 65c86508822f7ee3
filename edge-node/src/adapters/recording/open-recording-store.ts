import { join } from 'node:path';
import type { Logger } from '@canopy/runtime/logger';
import { openStore } from '@canopy/storage/open-store';
import type { RecordingStore } from '../../app/ports/recording.ts';
import type { Config } from '../../config.ts';
import { DiskRecordingStore } from './disk-recording-store.ts';
import { UploadingRecordingStore } from './uploading-recording-store.ts';

/** Where this edge records: in a folder that edges share, or by way of a folder of its own in a store. */
export function openRecordingStore(
  { dir, ffmpeg, store }: NonNullable<Config['recording']>,
  edgeId: string,
  logger: Logger,
  owner: AsyncDisposableStack,
): RecordingStore {
  if (store === undefined) return new DiskRecordingStore(dir, ffmpeg, logger);
  const disk = new DiskRecordingStore(join(dir, edgeId), ffmpeg, logger);
  return owner.use(new UploadingRecordingStore(disk, openStore(store), logger));
}
