import { type Kysely, sql } from 'kysely';

/** In which order the states of a recording came about, and up to which of them its meeting knows; what became of attempts to compose it. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    ALTER TABLE recordings
      ADD COLUMN revision bigint NOT NULL DEFAULT 0,
      ADD COLUMN told_revision bigint NOT NULL DEFAULT 0,
      ADD COLUMN lost_claims integer NOT NULL DEFAULT 0,
      ADD COLUMN failing_since timestamptz`.execute(db);
  // For recordings that the version before begins, while both run.
  await sql`
    ALTER TABLE recordings
      ALTER COLUMN revision SET DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint`.execute(db);
  await sql`CREATE INDEX recordings_untold ON recordings (id) WHERE told_revision < revision`.execute(db);
}
