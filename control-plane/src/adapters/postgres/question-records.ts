import { CanopyError } from '@canopy/runtime/errors';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { NewQuestion, QuestionRecords } from '../../app/questions/ports.ts';
import type { Reader } from '../../core/access/reader.ts';
import { publicStatuses, type QuestionSetting, type StoredQuestion, seesAll } from '../../core/questions/question.ts';
import { onPostgres } from './database.ts';
import { InLine } from './in-line.ts';
import type { Database } from './schema.ts';

/** Questions and the votes for them in PostgreSQL. */
export class PostgresQuestionRecords implements QuestionRecords {
  readonly #db: Kysely<Database>;
  /** Votes, by question. */
  readonly #votes = new InLine();

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  add(
    { id, meetingId, askerId, askerName, anonymous, text }: NewQuestion,
    limits: { ofPerson: number; ofMeeting: number },
  ): Promise<StoredQuestion> {
    return onPostgres(async () => {
      const known = await this.find(meetingId, id);
      if (known !== undefined) return known;
      const { all, own } = await this.#db
        .selectFrom('questions')
        .select(sql<number>`count(*)::int`.as('all'))
        .select(sql<number>`count(*) FILTER (WHERE asker_id = ${askerId})::int`.as('own'))
        .where('meeting_id', '=', meetingId)
        .executeTakeFirstOrThrow();
      if (all >= limits.ofMeeting || own >= limits.ofPerson) throw new CanopyError('QUESTION_LIMIT_REACHED');
      const added = await this.#db
        .insertInto('questions')
        .values({ meeting_id: meetingId, id, asker_id: askerId, asker_name: askerName, anonymous, text })
        .onConflict((conflict) => conflict.columns(['meeting_id', 'id']).doNothing())
        .returningAll()
        .executeTakeFirst();
      const question = added === undefined ? await this.find(meetingId, id) : toQuestion(added);
      if (question === undefined) throw new CanopyError('STATE_UNAVAILABLE');
      return question;
    });
  }

  async find(meetingId: string, questionId: string): Promise<StoredQuestion | undefined> {
    return (await this.list(meetingId, [questionId]))[0];
  }

  page(
    meetingId: string,
    reader: Reader,
    setting: QuestionSetting,
    before: number | undefined,
    limit: number,
  ): Promise<readonly StoredQuestion[]> {
    return onPostgres(async () => {
      let query = this.#db
        .selectFrom('questions')
        .selectAll()
        .where('meeting_id', '=', meetingId)
        .orderBy('sequence', 'desc')
        .limit(limit);
      if (!seesAll(reader)) {
        const { participantId } = reader;
        query = query.where((is) =>
          is.or([is('status', 'in', publicStatuses(setting)), is('asker_id', '=', participantId)]),
        );
      }
      if (before !== undefined) query = query.where('sequence', '<', String(before));
      return (await query.execute()).map(toQuestion);
    });
  }

  votedFor(meetingId: string, participantId: string, questionIds: readonly string[]): Promise<ReadonlySet<string>> {
    return onPostgres(async () => {
      if (participantId === '' || questionIds.length === 0) return new Set();
      const rows = await this.#db
        .selectFrom('question_votes')
        .select('question_id')
        .where('meeting_id', '=', meetingId)
        .where('question_id', 'in', questionIds)
        .where('participant_id', '=', participantId)
        .execute();
      return new Set(rows.map(({ question_id }) => question_id));
    });
  }

  change(
    meetingId: string,
    questionId: string,
    { status, answer, answeredBy }: Pick<StoredQuestion, 'status' | 'answer' | 'answeredBy'>,
  ): Promise<StoredQuestion | undefined> {
    return onPostgres(async () => {
      const row = await this.#db
        .updateTable('questions')
        .set({ status, answer, answered_by: answeredBy })
        .where('meeting_id', '=', meetingId)
        .where('id', '=', questionId)
        .returningAll()
        .executeTakeFirst();
      return row && toQuestion(row);
    });
  }

  async remove(meetingId: string, questionId: string): Promise<void> {
    await onPostgres(() =>
      this.#db.deleteFrom('questions').where('meeting_id', '=', meetingId).where('id', '=', questionId).execute(),
    );
  }

  /** The vote and the count are one statement: they never differ, whoever votes at the same time and whatever is lost. */
  vote(meetingId: string, questionId: string, participantId: string, on: boolean): Promise<boolean> {
    const changed = on
      ? sql`
          INSERT INTO question_votes (meeting_id, question_id, participant_id)
          SELECT meeting_id, id, ${participantId} FROM questions
          WHERE meeting_id = ${meetingId} AND id = ${questionId}
          ON CONFLICT DO NOTHING RETURNING 1`
      : sql`
          DELETE FROM question_votes
          WHERE meeting_id = ${meetingId} AND question_id = ${questionId} AND participant_id = ${participantId}
          RETURNING 1`;
    const statement = sql`
        WITH changed AS (${changed})
        UPDATE questions SET votes = votes + ${on ? 1 : -1}
        WHERE meeting_id = ${meetingId} AND id = ${questionId} AND EXISTS (SELECT FROM changed)
        RETURNING 1`;
    return this.#votes.run(`${meetingId} ${questionId}`, async () => {
      const { rows } = await statement.execute(this.#db);
      return rows.length > 0;
    });
  }

  list(meetingId: string, questionIds: readonly string[]): Promise<readonly StoredQuestion[]> {
    return onPostgres(async () => {
      if (questionIds.length === 0) return [];
      const rows = await this.#db
        .selectFrom('questions')
        .selectAll()
        .where('meeting_id', '=', meetingId)
        .where('id', 'in', questionIds)
        .execute();
      return rows.map(toQuestion);
    });
  }
}

function toQuestion(row: Selectable<Database['questions']>): StoredQuestion {
  return {
    id: row.id,
    meetingId: row.meeting_id,
    sequence: Number(row.sequence),
    askerId: row.asker_id,
    askerName: row.asker_name,
    anonymous: row.anonymous,
    text: row.text,
    askedAt: row.asked_at.getTime(),
    status: row.status,
    answer: row.answer,
    answeredBy: row.answered_by,
    votes: row.votes,
  };
}
