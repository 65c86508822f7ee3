import { join } from 'node:path';

/** A store of objects in which a mesh keeps its recordings. */
export interface RecordingStore {
  /** As its processes are told of it: `s3://…`. */
  setting: string;
  /** What lets them in: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. */
  credentials: Readonly<Record<string, string>>;
}

/** Tells edges where to record, the compositor where to compose, and replicas where what they hand out is. */
export function recordingSettings(
  node: 'EDGE' | 'COMPOSITOR' | 'CONTROL',
  dataDir: string,
  store: RecordingStore | undefined,
): Record<string, string> {
  const dir = { [`${node}_RECORDING_DIR`]: join(dataDir, 'recordings') };
  if (store === undefined) return dir;
  const stored = { [`${node}_RECORDING_STORE`]: store.setting, ...store.credentials };
  return node === 'EDGE' ? { ...dir, ...stored } : stored;
}
