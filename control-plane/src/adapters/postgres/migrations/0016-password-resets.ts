import { type Kysely, sql } from 'kysely';

/** Links with which somebody sets a new password who forgot theirs. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    CREATE TABLE password_resets (
      token_hash text PRIMARY KEY,
      user_id uuid NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
      expires_at timestamptz NOT NULL
    )`.execute(db);
}
