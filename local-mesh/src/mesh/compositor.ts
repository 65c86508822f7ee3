import { join } from 'node:path';
import { nodeEnvironment } from '../processes/environment.ts';
import type { Guard } from '../processes/guard.ts';
import { ManagedProcess } from '../processes/managed-process.ts';
import { projectFolder } from '../project.ts';
import type { Services } from '../services/services.ts';
import { type RecordingStore, recordingSettings } from './recordings.ts';

/** The process that makes recordings into files. Nobody connects to it: it serves once it runs. */
export function compositor(
  services: Services,
  dataDir: string,
  store: RecordingStore | undefined,
  guard: Guard,
): ManagedProcess {
  const entry = join(projectFolder, 'control-plane', 'src', 'compositor', 'main.ts');
  const { EDGE_FFMPEG: ffmpeg } = process.env;
  const spec = {
    name: 'compositor',
    command: process.execPath,
    args: [entry],
    env: {
      ...nodeEnvironment(process.env),
      ...recordingSettings('COMPOSITOR', dataDir, store),
      ...(ffmpeg === undefined ? {} : { COMPOSITOR_FFMPEG: ffmpeg }),
      DATABASE_URL: services.databaseUrl,
    },
    logFile: join(dataDir, 'logs', 'compositor.log'),
    stopSignal: 'SIGTERM',
    isReady: async () => true,
    readyTimeoutMs: 5_000,
  } as const;
  return new ManagedProcess(spec, guard);
}
