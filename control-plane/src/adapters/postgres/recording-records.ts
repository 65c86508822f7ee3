import type { WebhookEventType } from '@canopy/proto/webhook-event-types';
import { CanopyError } from '@canopy/runtime/errors';
import { type Kysely, type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { Progress, RecordingRecords, TitledRecording } from '../../app/recording/ports.ts';
import type { Owner } from '../../core/access/authorize.ts';
import type { Recording, RecordingStatus } from '../../core/recording/recording.ts';
import type { WebhookEvent } from '../../core/webhooks/events.ts';
import { onPostgres } from './database.ts';
import type { Database } from './schema.ts';
import { enqueue } from './webhook-outbox.ts';

const mostListed = 100;
const mostUnfinished = 1_000;
/** The database's clock, for it is one for all replicas; after a restore from a backup it goes on as well. */
const nowMs = sql<number>`(extract(epoch FROM clock_timestamp()) * 1000)::bigint`;
const nextRevision = sql<number>`GREATEST(${nowMs}, revision + 1)`;

const storedParts = z.array(
  z.object({
    id: z.string(),
    trackId: z.string(),
    edgeId: z.string(),
    kind: z.enum(['audio', 'video']),
    participantId: z.string().exactOptional(),
    screen: z.boolean(),
    startedAt: z.number(),
    writtenUntil: z.number(),
    segments: z.number(),
    bytes: z.number(),
    running: z.boolean(),
    errorCode: z.string().exactOptional(),
  }),
);

const newsOfStatus = {
  running: 'recording.resumed',
  paused: 'recording.paused',
  stopped: 'recording.ended',
} as const satisfies Record<RecordingStatus, WebhookEventType>;

/** Recordings and their manifests in PostgreSQL. */
export class PostgresRecordingRecords implements RecordingRecords {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  begin(meetingId: string, recordingId: string): Promise<Recording> {
    return onPostgres(async () => {
      const row = await this.#db.transaction().execute(async (trx) => {
        const begun = await trx
          .insertInto('recordings')
          .values({
            id: recordingId,
            meeting_id: meetingId,
            status: 'running',
            edge_id: null,
            parts: '[]',
            error_code: null,
            started_at: new Date(),
            ended_at: null,
            revision: sql<number>`GREATEST(${nowMs}, (SELECT max(revision) + 1 FROM recordings WHERE meeting_id = ${meetingId}))`,
          })
          .onConflict((conflict) => conflict.column('meeting_id').where('status', '<>', 'stopped').doNothing())
          .returningAll()
          .executeTakeFirst();
        if (begun !== undefined) await enqueue(trx, newsOf('recording.started', begun)).execute();
        return begun;
      });
      if (row === undefined) throw new CanopyError('RECORDING_RUNNING');
      return toRecording(row);
    });
  }

  find(meetingId: string, recordingId: string): Promise<Recording | undefined> {
    return onPostgres(async () => {
      const row = await this.#of(meetingId).where('id', '=', recordingId).executeTakeFirst();
      return row && toRecording(row);
    });
  }

  list(meetingId: string): Promise<readonly Recording[]> {
    return onPostgres(async () => {
      const rows = await this.#of(meetingId).orderBy('started_at', 'desc').limit(mostListed).execute();
      return rows.map(toRecording);
    });
  }

  listOf({ apiKeyId, hostId }: Owner, limit: number, olderThan?: string): Promise<readonly TitledRecording[]> {
    return onPostgres(async () => {
      const rows = await this.#db
        .selectFrom('recordings')
        .innerJoin('meetings', 'meetings.id', 'recordings.meeting_id')
        .selectAll('recordings')
        .select('meetings.title')
        .where('meetings.api_key_id', '=', apiKeyId)
        .where('meetings.host_id', hostId === undefined ? 'is' : '=', hostId ?? null)
        .where('recordings.deleted_at', 'is', null)
        .$if(olderThan !== undefined, (query) =>
          query.where(
            sql<boolean>`(recordings.started_at, recordings.id) < (SELECT started_at, id FROM recordings WHERE id = ${olderThan})`,
          ),
        )
        .orderBy('recordings.started_at', 'desc')
        .orderBy('recordings.id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ title, ...row }) => ({ title, recording: toRecording(row) }));
    });
  }

  current(meetingId: string): Promise<Recording | undefined> {
    return onPostgres(async () => {
      const row = await this.#of(meetingId).where('status', '<>', 'stopped').executeTakeFirst();
      return row && toRecording(row);
    });
  }

  unfinished(): Promise<readonly Recording[]> {
    return onPostgres(async () => {
      const ids = this.#db.selectFrom('recordings').select('id').limit(mostUnfinished);
      const [running, written] = [ids.where('status', '<>', 'stopped'), ids.where('edge_id', 'is not', null)];
      // In the order of its index, for PostgreSQL takes it for a third of all and would rather read everything.
      const untold = ids.where(sql<boolean>`told_revision < revision`).orderBy('id');
      const rows = await this.#db
        .selectFrom('recordings')
        .selectAll()
        .where(sql<boolean>`id = ANY (ARRAY(${running} UNION ${written} UNION ${untold}))`)
        .limit(mostUnfinished)
        .execute();
      return rows.map(toRecording);
    });
  }

  setStatus(meetingId: string, recordingId: string, status: RecordingStatus): Promise<Recording | undefined> {
    return onPostgres(async () => {
      const row = await this.#db.transaction().execute(async (trx) => {
        const before = await trx
          .selectFrom('recordings')
          .select('status')
          .where('meeting_id', '=', meetingId)
          .where('id', '=', recordingId)
          .where('status', '<>', 'stopped')
          .forUpdate()
          .executeTakeFirst();
        if (before === undefined) return undefined;
        const changed = await trx
          .updateTable('recordings')
          .set({
            status,
            revision: nextRevision,
            ...(status === 'stopped' ? { ended_at: sql<Date>`now()` } : {}),
          })
          .where('id', '=', recordingId)
          .returningAll()
          .executeTakeFirstOrThrow();
        // Doing it twice is no news.
        if (status !== before.status) await enqueue(trx, newsOf(newsOfStatus[status], changed)).execute();
        return changed;
      });
      return row && toRecording(row);
    });
  }

  progressed(recordingId: string, { edgeId, parts, errorCode }: Progress): Promise<void> {
    return onPostgres(async () => {
      await this.#db
        .updateTable('recordings')
        .set({ edge_id: edgeId ?? null, parts: JSON.stringify(parts), error_code: errorCode ?? null })
        .where('id', '=', recordingId)
        .execute();
    });
  }

  renew({ id, revision }: Pick<Recording, 'id' | 'revision'>): Promise<Recording | undefined> {
    return onPostgres(async () => {
      const row = await this.#db
        .updateTable('recordings')
        .set({ revision: nextRevision })
        .where('id', '=', id)
        .where(sql<boolean>`revision = ${revision}`)
        .where('status', '<>', 'stopped')
        .returningAll()
        .executeTakeFirst();
      return row && toRecording(row);
    });
  }

  told(recordingId: string, revision: number): Promise<void> {
    return onPostgres(async () => {
      await this.#db
        .updateTable('recordings')
        .set({ told_revision: revision })
        .where('id', '=', recordingId)
        .where(sql<boolean>`told_revision < ${revision}`)
        .execute();
    });
  }

  remove(meetingId: string, recordingId: string): Promise<void> {
    return onPostgres(async () => {
      await this.#db.transaction().execute(async (trx) => {
        const deleted = await trx
          .updateTable('recordings')
          .set({ deleted_at: sql<Date>`now()` })
          .where('meeting_id', '=', meetingId)
          .where('id', '=', recordingId)
          .where('deleted_at', 'is', null)
          .returning(['id', 'meeting_id'])
          .executeTakeFirst();
        if (deleted !== undefined)
          await enqueue(trx, newsOf('recording.deleted', deleted, { reason: 'request' })).execute();
      });
    });
  }

  #of(meetingId: string) {
    return this.#db
      .selectFrom('recordings')
      .selectAll()
      .where('meeting_id', '=', meetingId)
      .where('deleted_at', 'is', null);
  }
}

/** What webhooks are told of a recording. */
export function newsOf(
  type: WebhookEventType,
  { id, meeting_id: meetingId }: { id: string; meeting_id: string },
  data: WebhookEvent['data'] = {},
): WebhookEvent {
  return { type, meetingId, data: { recordingId: id, ...data } };
}

export function toRecording(row: Selectable<Database['recordings']>): Recording {
  return {
    id: row.id,
    meetingId: row.meeting_id,
    status: row.status,
    revision: Number(row.revision),
    toldRevision: Number(row.told_revision),
    edgeId: row.edge_id ?? undefined,
    parts: storedParts.parse(row.parts),
    errorCode: row.error_code ?? undefined,
    startedAt: row.started_at.getTime(),
    endedAt: row.ended_at?.getTime(),
    composition: {
      status: row.composition,
      progress: row.progress,
      bytes: row.file_bytes ?? undefined,
      durationMs: row.duration_ms ?? undefined,
      errorCode: row.composition_error ?? undefined,
    },
  };
}
