import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    CREATE TABLE users (
      id uuid PRIMARY KEY,
      email text UNIQUE,
      handle text NOT NULL UNIQUE,
      name text NOT NULL,
      language text,
      password_hash text,
      room_id uuid REFERENCES meetings (id) ON DELETE SET NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`
    CREATE TABLE user_identities (
      issuer text NOT NULL,
      subject text NOT NULL,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      PRIMARY KEY (issuer, subject)
    )`.execute(db);
  await sql`
    CREATE TABLE user_sessions (
      token_hash text PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL
    )`.execute(db);
  await sql`CREATE INDEX user_sessions_by_user ON user_sessions (user_id)`.execute(db);
  await sql`CREATE INDEX meetings_by_host ON meetings (host_id) WHERE host_id IS NOT NULL`.execute(db);
}
