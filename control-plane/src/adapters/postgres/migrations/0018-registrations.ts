import { type Kysely, sql } from 'kysely';

/** Who registered for webinars. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    CREATE TABLE registrations (
      meeting_id uuid NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
      id uuid NOT NULL,
      sequence bigint GENERATED ALWAYS AS IDENTITY,
      name text NOT NULL,
      email text NOT NULL,
      registered_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (meeting_id, id)
    )`.execute(db);
  await sql`CREATE INDEX registrations_in_order ON registrations (meeting_id, sequence)`.execute(db);
}
