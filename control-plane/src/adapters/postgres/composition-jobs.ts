import { type Kysely, sql } from 'kysely';
import type { CompositionJobs } from '../../app/recording/ports.ts';
import { leaseMs, type Retry } from '../../core/recording/composition.ts';
import type { Recording } from '../../core/recording/recording.ts';
import { inBatches, isOneOf } from './batches.ts';
import { onPostgres } from './database.ts';
import { newsOf, toRecording } from './recording-records.ts';
import type { Database } from './schema.ts';
import { enqueue } from './webhook-outbox.ts';

/** Failures; one that passes counts for nothing, and is tried for a day. */
const mostAttempts = 3;
/** Processes that were lost with a job: may be anything, but not so often. Every claim counts as lost until its outcome is known. */
const mostLost = 6;
const leaseUntil = sql<Date>`now() + ${leaseMs} * interval '1 millisecond'`;
const isNotLeased = sql<boolean>`(lease_until IS NULL OR lease_until < now())`;
const tryAgainAt = {
  soon: sql<Date>`now() + interval '5 seconds'`,
  later: sql<Date>`
    now() + GREATEST(interval '5 seconds', LEAST(interval '5 minutes', (now() - coalesce(failing_since, now())) / 10))`,
  never: sql<null>`NULL`,
} as const satisfies Record<Retry, unknown>;
const isOver = {
  soon: sql<boolean>`attempts + 1 >= ${mostAttempts}`,
  later: sql<boolean>`failing_since < now() - interval '1 day'`,
  never: sql<boolean>`true`,
} as const satisfies Record<Retry, unknown>;
const outcomeKnown = sql<number>`GREATEST(lost_claims - 1, 0)`;
/** Edges that are told nothing more have stopped by then. */
const writtenUntil = sql<Date>`now() - interval '2 minutes'`;
const mostAtOnce = 100;
/** Recordings that are too old, marked in one transaction with what is told of each. */
const mostExpired = 100;
/** Why a job failed whose processes were lost with it. */
const deadlyCode = 'RECORDING_FAILED';

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
      await this.#giveUpDeadly();
      const row = await this.#db
        .updateTable('recordings')
        .set((row) => ({
          composition: 'composing',
          composer: this.#composer,
          lease_until: leaseUntil,
          lost_claims: row('lost_claims', '+', 1),
        }))
        .where('id', '=', (one) =>
          one
            .selectFrom('recordings')
            .select('id')
            .where('status', '=', 'stopped')
            .where('edge_id', 'is', null)
            .where('deleted_at', 'is', null)
            .where('composition', 'in', ['waiting', 'composing'])
            .where(isNotLeased)
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

  failed(recordingId: string, errorCode: string, retry: Retry): Promise<void> {
    return onPostgres(async () => {
      await this.#db.transaction().execute(async (trx) => {
        const failed = await this.#mine(recordingId, trx)
          .set((row) => ({
            composition: sql<'waiting' | 'failed'>`CASE WHEN ${isOver[retry]} THEN 'failed' ELSE 'waiting' END`,
            attempts: row('attempts', '+', retry === 'later' ? 0 : 1),
            lost_claims: outcomeKnown,
            failing_since: retry === 'later' ? sql<Date>`coalesce(failing_since, now())` : null,
            composition_error: errorCode,
            composer: null,
            lease_until: tryAgainAt[retry],
          }))
          .returning(['id', 'meeting_id', 'composition'])
          .executeTakeFirst();
        if (failed?.composition === 'failed')
          await enqueue(trx, newsOf('recording.failed', failed, { error: errorCode })).execute();
      });
    });
  }

  release(recordingId: string): Promise<void> {
    return onPostgres(async () => {
      await this.#mine(recordingId)
        .set({ composition: 'waiting', lost_claims: outcomeKnown, composer: null, lease_until: null })
        .execute();
    });
  }

  expire(keptForMs: number): Promise<void> {
    return onPostgres(async () => {
      const old = this.#db
        .selectFrom('recordings')
        .select('id')
        .where('ended_at', '<', new Date(Date.now() - keptForMs))
        .where('deleted_at', 'is', null)
        .orderBy('ended_at')
        .forUpdate()
        .skipLocked();
      await inBatches(mostExpired, (most) =>
        this.#db.transaction().execute(async (trx) => {
          const expired = await trx
            .updateTable('recordings')
            .set({ deleted_at: sql<Date>`now()` })
            .where(isOneOf(old.limit(most)))
            .returning(['id', 'meeting_id'])
            .execute();
          for (const one of expired)
            await enqueue(trx, newsOf('recording.deleted', one, { reason: 'retention' })).execute();
          return BigInt(expired.length);
        }),
      );
    });
  }

  deleted(): Promise<readonly string[]> {
    return onPostgres(async () => {
      const rows = await this.#db
        .selectFrom('recordings')
        .select('id')
        .where('deleted_at', 'is not', null)
        .where('edge_id', 'is', null)
        // A compositor that had it learns of its deletion when it renews its lease.
        .where(isNotLeased)
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

  names({ meetingId, parts }: Recording): Promise<ReadonlyMap<string, string>> {
    return onPostgres(async () => {
      const ids = [...new Set(parts.flatMap(({ participantId }) => participantId ?? []))];
      const rows = await this.#db
        .selectFrom('participants')
        .select(['id', 'name'])
        .where('meeting_id', '=', meetingId)
        .where(sql<boolean>`id = ANY (${ids})`)
        .execute();
      return new Map(rows.map(({ id, name }) => [id, name]));
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

  async #giveUpDeadly(): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const givenUp = await trx
        .updateTable('recordings')
        .set({ composition: 'failed', composition_error: deadlyCode, composer: null, lease_until: null })
        .where('composition', '=', 'composing')
        .where('lost_claims', '>=', mostLost)
        .where('lease_until', '<', sql<Date>`now()`)
        .where('deleted_at', 'is', null)
        .returning(['id', 'meeting_id'])
        .execute();
      for (const one of givenUp) await enqueue(trx, newsOf('recording.failed', one, { error: deadlyCode })).execute();
    });
  }

  #mine(recordingId: string, db = this.#db) {
    return db
      .updateTable('recordings')
      .where('id', '=', recordingId)
      .where('composer', '=', this.#composer)
      .where('deleted_at', 'is', null);
  }
}
