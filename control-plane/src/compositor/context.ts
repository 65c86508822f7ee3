import { randomUUID } from 'node:crypto';
import type { Logger } from '@canopy/runtime/logger';
import { openStore } from '@canopy/storage/open-store';
import { PostgresCompositionJobs } from '../adapters/postgres/composition-jobs.ts';
import { connectPostgres } from '../adapters/postgres/database.ts';
import { FfmpegComposer } from '../adapters/recording/ffmpeg-composer.ts';
import { Composing } from '../app/recording/composing.ts';
import type { CompositorConfig } from './config.ts';

const database = { timeoutMs: 2_000, maxConnections: 2 };

/** A process that makes recordings into files. It needs the database, which the control plane keeps in shape, and where recordings are kept. */
export function startCompositor(config: CompositorConfig, logger: Logger): AsyncDisposable {
  const owned = new AsyncDisposableStack();
  const db = connectPostgres({ url: config.databaseUrl, ...database }, logger);
  owned.defer(() => db.destroy());
  const composerId = randomUUID();
  const { recordings, workDir: workFolder, ffmpeg } = config;
  const composing = owned.use(
    new Composing({
      jobs: new PostgresCompositionJobs(db, composerId),
      composer: new FfmpegComposer({ store: openStore(recordings), workFolder, ffmpeg, composerId, logger }),
      keptForMs: config.keptForMs,
      logger,
    }),
  );
  composing.run();
  return owned;
}
