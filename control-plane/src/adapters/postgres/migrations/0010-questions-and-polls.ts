import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  // Votes change a question's row often: room on its page keeps that cheap.
  await sql`
    CREATE TABLE questions (
      meeting_id uuid NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
      id uuid NOT NULL,
      sequence bigint GENERATED ALWAYS AS IDENTITY,
      asker_id text NOT NULL,
      asker_name text NOT NULL,
      anonymous boolean NOT NULL,
      text text NOT NULL,
      asked_at timestamptz NOT NULL DEFAULT now(),
      status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'answering', 'answered', 'dismissed')),
      answer text NOT NULL DEFAULT '',
      answered_by text NOT NULL DEFAULT '',
      votes integer NOT NULL DEFAULT 0,
      PRIMARY KEY (meeting_id, id)
    ) WITH (fillfactor = 70)`.execute(db);
  await sql`CREATE INDEX questions_in_order ON questions (meeting_id, sequence)`.execute(db);
  await sql`
    CREATE TABLE question_votes (
      meeting_id uuid NOT NULL,
      question_id uuid NOT NULL,
      participant_id text NOT NULL,
      PRIMARY KEY (meeting_id, question_id, participant_id),
      FOREIGN KEY (meeting_id, question_id) REFERENCES questions (meeting_id, id) ON DELETE CASCADE
    )`.execute(db);
  await sql`
    CREATE TABLE polls (
      meeting_id uuid NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
      id uuid NOT NULL,
      sequence bigint GENERATED ALWAYS AS IDENTITY,
      question text NOT NULL,
      options text[] NOT NULL,
      multiple boolean NOT NULL,
      anonymous boolean NOT NULL,
      status text NOT NULL DEFAULT 'prepared' CHECK (status IN ('prepared', 'open', 'closed', 'shared')),
      counts integer[],
      voters integer,
      PRIMARY KEY (meeting_id, id),
      CHECK ((status IN ('closed', 'shared')) = (counts IS NOT NULL AND voters IS NOT NULL))
    )`.execute(db);
  await sql`
    CREATE TABLE poll_votes (
      meeting_id uuid NOT NULL,
      poll_id uuid NOT NULL,
      participant_id text NOT NULL,
      name text NOT NULL,
      choices integer[] NOT NULL,
      PRIMARY KEY (meeting_id, poll_id, participant_id),
      FOREIGN KEY (meeting_id, poll_id) REFERENCES polls (meeting_id, id) ON DELETE CASCADE
    )`.execute(db);
}
