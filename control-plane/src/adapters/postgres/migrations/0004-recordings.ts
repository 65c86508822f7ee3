import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    CREATE TABLE recordings (
      id uuid PRIMARY KEY,
      meeting_id uuid NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
      status text NOT NULL CHECK (status IN ('running', 'paused', 'stopped')),
      edge_id text,
      parts jsonb NOT NULL DEFAULT '[]',
      error_code text,
      started_at timestamptz NOT NULL DEFAULT now(),
      ended_at timestamptz,
      deleted_at timestamptz,
      composition text NOT NULL DEFAULT 'waiting' CHECK (composition IN ('waiting', 'composing', 'ready', 'failed')),
      progress real NOT NULL DEFAULT 0,
      composition_error text,
      attempts integer NOT NULL DEFAULT 0,
      composer text,
      lease_until timestamptz,
      file_bytes double precision,
      duration_ms double precision
    )`.execute(db);
  await sql`CREATE INDEX recordings_by_meeting ON recordings (meeting_id, started_at)`.execute(db);
  await sql`CREATE UNIQUE INDEX one_recording_at_once ON recordings (meeting_id) WHERE status <> 'stopped'`.execute(db);
}
