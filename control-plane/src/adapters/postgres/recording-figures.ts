import { type Kysely, sql } from 'kysely';
import { onPostgres } from './database.ts';
import type { Database } from './schema.ts';

export interface RecordingFigures {
  /** Of those that ended and are no file yet: how long ago the first of them ended, ms; 0: there is none. */
  uncomposedMs: number;
  /** How many were given up within a day or so, though there was something in them. */
  failed: number;
}

/** What becomes of recordings, as operators have to know it. Errors: STATE_UNAVAILABLE. */
export function recordingFigures(db: Kysely<Database>): Promise<RecordingFigures> {
  return onPostgres(async () => {
    const { rows } = await sql<{ uncomposed_ms: number; failed: number }>`
      SELECT
        COALESCE((
          SELECT EXTRACT(EPOCH FROM now() - min(ended_at)) * 1000 FROM recordings
          WHERE composition IN ('waiting', 'composing') AND deleted_at IS NULL AND ended_at IS NOT NULL
        ), 0)::float8 AS uncomposed_ms,
        (
          SELECT count(*)::int FROM recordings
          WHERE composition = 'failed' AND deleted_at IS NULL AND composition_error IS DISTINCT FROM 'RECORDING_EMPTY'
            -- What a store or a disk was in the way of is given up a day after it first was.
            AND (ended_at > now() - interval '1 day' OR failing_since > now() - interval '2 days')
        ) AS failed`.execute(db);
    const [row] = rows;
    return { uncomposedMs: Math.max(0, row?.uncomposed_ms ?? 0), failed: row?.failed ?? 0 };
  });
}
