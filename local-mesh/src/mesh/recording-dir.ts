import { join } from 'node:path';

/** Where all edges record, the compositor composes, and replicas find what they hand out. */
export function recordingDir(dataDir: string): string {
  return join(dataDir, 'recordings');
}
