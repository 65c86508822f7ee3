import { type Kysely, sql } from 'kysely';

/** For lists of which a page is shown, and for what is told to webhooks: whoever has few that match among many has not all of them read. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    CREATE INDEX IF NOT EXISTS meetings_of_key ON meetings (api_key_id, status, created_at, id)
      WHERE parent_id IS NULL`.execute(db);
  await sql`
    CREATE INDEX IF NOT EXISTS meetings_in_order ON meetings (status, created_at, id) WHERE parent_id IS NULL`.execute(
    db,
  );
  await sql`
    CREATE INDEX IF NOT EXISTS meetings_by_start ON meetings (api_key_id, start_time) WHERE start_time IS NOT NULL`.execute(
    db,
  );
  await sql`
    CREATE INDEX IF NOT EXISTS recordings_in_order ON recordings (started_at, id) WHERE deleted_at IS NULL`.execute(db);
  // Whose a webhook is, where that of an API key has no host.
  await sql`
    CREATE INDEX IF NOT EXISTS webhooks_by_whose ON webhooks (api_key_id, coalesce(host_id, ''))`.execute(db);
}
