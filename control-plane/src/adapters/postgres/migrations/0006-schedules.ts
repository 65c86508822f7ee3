import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    CREATE TABLE schedules (
      id uuid PRIMARY KEY,
      api_key_id text NOT NULL REFERENCES api_keys (id),
      host_id text,
      title text NOT NULL,
      mode text NOT NULL CHECK (mode IN ('meeting', 'webinar')),
      time_zone text NOT NULL,
      start text NOT NULL,
      recurrence text,
      duration_minutes integer NOT NULL,
      settings jsonb NOT NULL,
      sequence integer NOT NULL DEFAULT 0,
      status text NOT NULL CHECK (status IN ('active', 'cancelled')),
      created_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`CREATE INDEX schedules_by_owner ON schedules (api_key_id, host_id)`.execute(db);
  await sql`
    CREATE TABLE occurrences (
      schedule_id uuid NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
      meeting_id uuid PRIMARY KEY REFERENCES meetings (id) ON DELETE CASCADE,
      original_start timestamptz NOT NULL,
      duration_minutes integer NOT NULL,
      status text NOT NULL CHECK (status IN ('scheduled', 'cancelled')),
      overridden boolean NOT NULL DEFAULT false,
      reminded_at timestamptz
    )`.execute(db);
  await sql`CREATE INDEX occurrences_by_schedule ON occurrences (schedule_id, original_start)`.execute(db);
  await sql`CREATE INDEX meetings_to_come ON meetings (start_time) WHERE status <> 'ended'`.execute(db);
}
