import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    CREATE TABLE api_keys (
      id text PRIMARY KEY,
      secret_hash text NOT NULL,
      signing_secret text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`
    CREATE TABLE meetings (
      id uuid PRIMARY KEY,
      api_key_id text NOT NULL REFERENCES api_keys (id),
      host_id text,
      title text NOT NULL,
      mode text NOT NULL CHECK (mode IN ('meeting', 'webinar')),
      status text NOT NULL CHECK (status IN ('scheduled', 'live', 'ended')),
      start_time timestamptz,
      settings jsonb NOT NULL,
      plan_epoch bigint NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL DEFAULT now(),
      ended_at timestamptz
    )`.execute(db);
  await sql`CREATE INDEX meetings_by_key ON meetings (api_key_id, created_at)`.execute(db);
  await sql`
    CREATE TABLE participants (
      meeting_id uuid NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
      id text NOT NULL,
      user_id text,
      name text NOT NULL,
      role text NOT NULL CHECK (role IN ('host', 'cohost', 'panelist', 'attendee')),
      edge_id text NOT NULL,
      joined_at timestamptz NOT NULL,
      left_at timestamptz,
      PRIMARY KEY (meeting_id, id)
    )`.execute(db);
}
