import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    ALTER TABLE meetings
      ADD COLUMN parent_id uuid REFERENCES meetings (id) ON DELETE CASCADE,
      ADD COLUMN room_number integer,
      ADD CHECK ((parent_id IS NULL) = (room_number IS NULL))`.execute(db);
  await sql`CREATE INDEX meetings_by_parent ON meetings (parent_id) WHERE parent_id IS NOT NULL`.execute(db);
  await sql`
    CREATE TABLE breakouts (
      meeting_id uuid PRIMARY KEY REFERENCES meetings (id) ON DELETE CASCADE,
      self_chosen boolean NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      opened_at timestamptz,
      closes_at timestamptz,
      closed_at timestamptz
    )`.execute(db);
  await sql`
    CREATE TABLE breakout_places (
      meeting_id uuid NOT NULL REFERENCES breakouts (meeting_id) ON DELETE CASCADE,
      participant_id text NOT NULL,
      name text NOT NULL,
      room_id uuid NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
      asks_for_help boolean NOT NULL DEFAULT false,
      PRIMARY KEY (meeting_id, participant_id)
    )`.execute(db);
}
