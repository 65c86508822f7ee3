import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`ALTER TABLE meetings ADD COLUMN link_revision integer NOT NULL DEFAULT 0`.execute(db);
  await sql`ALTER TABLE schedules ADD COLUMN password_hash text`.execute(db);
}
