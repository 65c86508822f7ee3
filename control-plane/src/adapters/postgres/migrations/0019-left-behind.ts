import { type Kysely, sql } from 'kysely';

/** What stays of recordings whose rows went, with their meetings or with whoever made them: files that are still to be taken away. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    CREATE TABLE recordings_left (
      id uuid PRIMARY KEY,
      left_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`
    CREATE FUNCTION recording_left() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO recordings_left (id) VALUES (OLD.id) ON CONFLICT DO NOTHING;
      RETURN NULL;
    END $$`.execute(db);
  await sql`
    CREATE TRIGGER recording_left AFTER DELETE ON recordings
      FOR EACH ROW EXECUTE FUNCTION recording_left()`.execute(db);
  await sql`
    CREATE INDEX IF NOT EXISTS webhook_deliveries_due_of ON webhook_deliveries (webhook_id, next_attempt_at)
      WHERE status = 'pending'`.execute(db);
}
