import { type Kysely, sql } from 'kysely';
import type { CompositionJobs } from '../../app/recording/ports.ts';
import type { Recording } from '../../core/recording/recording.ts';
import { onPostgres } from './database.ts';
import { newsOf, toRecording } from './recording-records.ts';
import type { Database } from './schema.ts';
import { enqueue } from './webhook-outbox.ts';

const mostAttempts = 3;
const leaseUntil = sql<Date>`now() + interval '20 seconds'`;
const tryAgainAt = sql<Date>`now() + interval '5 seconds'`;
/** Edges that are told nothing more have stopped by then. */
const writtenUntil = sql<Date>`now() - interval '30 seconds'`;
const mostAtOnce = 100;

/** Jobs of one process that composes, as rows of recordings under lease. */
export class PostgresCompositionJobs implements CompositionJobs {
  readonly #db: Kysely<Database>;
  readonly #composer: string;

  /** `composer` names the process. */
  constructor(db: Kysely<Database>, composer: string) {
    this.#db = db;
    this.#composer = composer;
  }

  claim(): Promise<Recording | undefined> {
    return onPostgres(async () => {
      const row = await this.#db
        .updateTable('recordings')
        .set((row) => ({
          composition: 'composing',
          composer: this.#composer,
          lease_until: leaseUntil,
          attempts: row('attempts', '+', 1),
        }))
        .where('id', '=', (one) =>
          one
            .selectFrom('recordings')
            .select('id')
            .where('status', '=', 'stopped')
            .where('edge_id', 'is', null)
            .where('deleted_at', 'is', null)
            .where('composition', 'in', ['waiting', 'composing'])
            .where((row) => row.or([row('lease_until', 'is', null), row('lease_until', '<', sql<Date>`now()`)]))
            .orderBy('ended_at')
            .limit(1)
            .forUpdate()
            .skipLocked(),
        )
        .returningAll()
        .executeTakeFirst();
      return row && toRecording(row);
    });
  }

  renew(recordingId: string, progress: number): Promise<boolean> {
    return onPostgres(async () => {
      const { numUpdatedRows } = await this.#mine(recordingId)
        .set({ progress, lease_until: leaseUntil })
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    });
  }

  done(recordingId: string, { bytes, durationMs }: { bytes: number; durationMs: number }): Promise<void> {
    return onPostgres(async () => {
      const file = { file_bytes: bytes, duration_ms: durationMs };
      await this.#db.transaction().execute(async (trx) => {
        const done = await this.#mine(recordingId, trx)
          .set({
            ...file,
            composition: 'ready',
            progress: 1,
            composition_error: null,
            composer: null,
            lease_until: null,
          })
          .returning(['id', 'meeting_id'])
          .executeTakeFirst();
        if (done !== undefined) await enqueue(trx, newsOf('recording.ready', done, { bytes, durationMs })).execute();
      });
    });
  }

  failed(recordingId: string, errorCode: string, mayPass: boolean): Promise<void> {
    return onPostgres(async () => {
      await this.#db.transaction().execute(async (trx) => {
        const failed = await this.#mine(recordingId, trx)
          .set((row) => ({
            composition: row
              .case()
              .when('attempts', '<', mayPass ? mostAttempts : 0)
              .then(sql<'waiting'>`'waiting'`)
              .else(sql<'failed'>`'failed'`)
              .end(),
            composition_error: errorCode,
            composer: null,
            lease_until: tryAgainAt,
          }))
          .returning(['id', 'meeting_id', 'composition'])
          .executeTakeFirst();
        if (failed?.composition === 'failed')
          await enqueue(trx, newsOf('recording.failed', failed, { error: errorCode })).execute();
      });
    });
  }

  expire(keptForMs: number): Promise<void> {
    return onPostgres(async () => {
      await this.#db
        .updateTable('recordings')
        .set({ deleted_at: sql<Date>`now()` })
        .where('ended_at', '<', new Date(Date.now() - keptForMs))
        .where('deleted_at', 'is', null)
        .execute();
    });
  }

  deleted(): Promise<readonly string[]> {
    return onPostgres(async () => {
      const rows = await this.#db
        .selectFrom('recordings')
        .select('id')
        .where('deleted_at', 'is not', null)
        .where('edge_id', 'is', null)
        .where('ended_at', '<', writtenUntil)
        .limit(mostAtOnce)
        .execute();
      const left = await this.#db
        .selectFrom('recordings_left')
        .select('id')
        .where('left_at', '<', writtenUntil)
        .limit(mostAtOnce)
        .execute();
      return [...rows, ...left].map(({ id }) => id);
    });
  }

  forget(recordingId: string): Promise<void> {
    return onPostgres(() =>
      this.#db.transaction().execute(async (trx) => {
        await trx.deleteFrom('recordings').where('id', '=', recordingId).where('deleted_at', 'is not', null).execute();
        // A row that goes leaves its mark here, which is not needed any more.
        await trx.deleteFrom('recordings_left').where('id', '=', recordingId).execute();
      }),
    );
  }

  #mine(recordingId: string, db = this.#db) {
    return db
      .updateTable('recordings')
      .where('id', '=', recordingId)
      .where('composer', '=', this.#composer)
      .where('deleted_at', 'is', null);
  }
}
