import { type Kysely, sql } from 'kysely';

/** What is kept of the networks that people were banned from; null where it is not known. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`ALTER TABLE bans ADD COLUMN network_hash text`.execute(db);
}
