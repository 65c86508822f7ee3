import { randomUUID } from 'node:crypto';
import { systemClock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import { openStore } from '@canopy/storage/open-store';
import { PostgresCompositionJobs } from '../adapters/postgres/composition-jobs.ts';
import { connectPostgres } from '../adapters/postgres/database.ts';
import { FfmpegComposer } from '../adapters/recording/ffmpeg-composer.ts';
import { Composing } from '../app/recording/composing.ts';
import type { CompositorConfig } from './config.ts';
import { serveHealth } from './health.ts';

const database = { timeoutMs: 2_000, maxConnections: 2 };

/** A running compositor. */
export interface Compositor extends AsyncDisposable {
  /** host:port at which its health check asks; undefined: nowhere. */
  readonly healthAddress: string | undefined;
}

/** A process that makes recordings into files. It needs the database, which the control plane keeps in shape, and where recordings are kept. */
export async function startCompositor(config: CompositorConfig, logger: Logger): Promise<Compositor> {
  await using owned = new AsyncDisposableStack();
  const db = connectPostgres({ url: config.databaseUrl, ...database }, logger);
  owned.defer(() => db.destroy());
  const composerId = randomUUID();
  const { recordings, workDir: workFolder, ffmpeg, healthPort } = config;
  const composing = owned.use(
    new Composing({
      jobs: new PostgresCompositionJobs(db, composerId),
      composer: new FfmpegComposer({ store: openStore(recordings), workFolder, ffmpeg, composerId, logger }),
      keptForMs: config.keptForMs,
      clock: systemClock,
      random: Math.random,
      logger,
    }),
  );
  const health = healthPort === undefined ? undefined : owned.use(await serveHealth(healthPort, () => composing.ready));
  composing.run();
  const running = owned.move();
  return { healthAddress: health?.address, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
