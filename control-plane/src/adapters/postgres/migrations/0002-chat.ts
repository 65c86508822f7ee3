import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    CREATE TABLE chat_messages (
      meeting_id uuid NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
      id uuid NOT NULL,
      sequence bigint GENERATED ALWAYS AS IDENTITY,
      sender_id text,
      sender_name text NOT NULL,
      scope text NOT NULL CHECK (scope IN ('everyone', 'stage', 'direct')),
      recipient_id text,
      recipient_name text,
      reply_to uuid,
      text text NOT NULL,
      sent_at timestamptz NOT NULL DEFAULT now(),
      edited_at timestamptz,
      deleted_at timestamptz,
      PRIMARY KEY (meeting_id, id),
      CHECK ((scope = 'direct') = (recipient_id IS NOT NULL))
    )`.execute(db);
  await sql`CREATE INDEX chat_messages_in_order ON chat_messages (meeting_id, sequence)`.execute(db);
  await sql`
    CREATE TABLE chat_reactions (
      meeting_id uuid NOT NULL,
      message_id uuid NOT NULL,
      emoji text NOT NULL,
      participant_id text NOT NULL,
      PRIMARY KEY (meeting_id, message_id, emoji, participant_id),
      FOREIGN KEY (meeting_id, message_id) REFERENCES chat_messages (meeting_id, id) ON DELETE CASCADE
    )`.execute(db);
}
