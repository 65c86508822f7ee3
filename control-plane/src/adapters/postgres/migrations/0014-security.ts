import { type Kysely, sql } from 'kysely';

/** What API keys are for, how long they last, and the log of what operators did. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    ALTER TABLE api_keys
      ADD COLUMN name text NOT NULL DEFAULT '',
      ADD COLUMN scopes text[] NOT NULL DEFAULT '{meetings,mesh.read}',
      ADD COLUMN made_by_operator boolean NOT NULL DEFAULT false,
      ADD COLUMN expires_at timestamptz,
      ADD COLUMN revoked_at timestamptz,
      ADD COLUMN rotated_at timestamptz,
      ADD COLUMN previous_secret_hash text,
      ADD COLUMN previous_signing_secret text,
      ADD COLUMN previous_until timestamptz`.execute(db);
  await sql`
    CREATE TABLE audit_log (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at timestamptz NOT NULL DEFAULT now(),
      actor text NOT NULL,
      address text NOT NULL,
      action text NOT NULL,
      target text NOT NULL,
      details jsonb NOT NULL,
      failed text
    )`.execute(db);
  await sql`
    CREATE FUNCTION audit_log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'the audit log is only added to'; END
    $$`.execute(db);
  await sql`
    CREATE TRIGGER audit_log_stays BEFORE UPDATE OR DELETE ON audit_log
      FOR EACH ROW EXECUTE FUNCTION audit_log_stays()`.execute(db);
}
