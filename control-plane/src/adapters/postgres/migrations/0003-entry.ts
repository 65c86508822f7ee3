import { type Kysely, sql } from 'kysely';

/** What keeps people out: passwords, and bans. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`ALTER TABLE meetings ADD COLUMN password_hash text`.execute(db);
  await sql`
    CREATE TABLE bans (
      meeting_id uuid NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
      participant_id text NOT NULL,
      user_id text,
      banned_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (meeting_id, participant_id)
    )`.execute(db);
}
