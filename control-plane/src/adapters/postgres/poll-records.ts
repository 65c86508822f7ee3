import type { PollVote } from '@canopy/proto/polls';
import { CanopyError } from '@canopy/runtime/errors';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { NewPoll, PollRecords } from '../../app/polls/ports.ts';
import type { PollStatusName, StoredPoll, Tally } from '../../core/polls/poll.ts';
import { onPostgres } from './database.ts';
import type { Database } from './schema.ts';

/** Polls and the votes in them in PostgreSQL. */
export class PostgresPollRecords implements PollRecords {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  add({ id, meetingId, question, options, multiple, anonymous }: NewPoll, most: number): Promise<StoredPoll> {
    return onPostgres(async () => {
      const known = await this.list(meetingId);
      const same = known.find((poll) => poll.id === id);
      if (same !== undefined) return same;
      if (known.length >= most) throw new CanopyError('POLL_LIMIT_REACHED');
      const added = await this.#db
        .insertInto('polls')
        .values({ meeting_id: meetingId, id, question, options: [...options], multiple, anonymous })
        .onConflict((conflict) => conflict.columns(['meeting_id', 'id']).doNothing())
        .returningAll()
        .executeTakeFirst();
      const poll = added === undefined ? await this.find(meetingId, id) : toPoll(added);
      if (poll === undefined) throw new CanopyError('STATE_UNAVAILABLE');
      return poll;
    });
  }

  find(meetingId: string, pollId: string): Promise<StoredPoll | undefined> {
    return onPostgres(async () => {
      const row = await this.#db
        .selectFrom('polls')
        .selectAll()
        .where('meeting_id', '=', meetingId)
        .where('id', '=', pollId)
        .executeTakeFirst();
      return row && toPoll(row);
    });
  }

  list(meetingId: string): Promise<readonly StoredPoll[]> {
    return onPostgres(async () => {
      const query = this.#db.selectFrom('polls').selectAll().where('meeting_id', '=', meetingId).orderBy('sequence');
      return (await query.execute()).map(toPoll);
    });
  }

  /** Locking the row waits for votes under way and keeps out later ones, so a closed poll counts exactly what was taken. */
  moveOn(meetingId: string, pollId: string, from: PollStatusName, to: PollStatusName): Promise<StoredPoll | undefined> {
    return onPostgres(() =>
      this.#db.transaction().execute(async (tx) => {
        const locked = await tx
          .selectFrom('polls')
          .selectAll()
          .where('meeting_id', '=', meetingId)
          .where('id', '=', pollId)
          .where('status', '=', from)
          .forUpdate()
          .executeTakeFirst();
        if (locked === undefined) return undefined;
        const poll = toPoll(locked);
        const results = to === 'closed' ? await tallyOf(tx, poll) : poll.results;
        await tx
          .updateTable('polls')
          .set({ status: to, counts: results?.counts ?? null, voters: results?.voters ?? null })
          .where('meeting_id', '=', meetingId)
          .where('id', '=', pollId)
          .execute();
        if (to === 'closed' && poll.anonymous)
          await tx.deleteFrom('poll_votes').where('meeting_id', '=', meetingId).where('poll_id', '=', pollId).execute();
        return { ...poll, status: to, results };
      }),
    );
  }

  async remove(meetingId: string, pollId: string): Promise<void> {
    await onPostgres(() =>
      this.#db.deleteFrom('polls').where('meeting_id', '=', meetingId).where('id', '=', pollId).execute(),
    );
  }

  vote(meetingId: string, pollId: string, { participantId, name, choices }: PollVote): Promise<boolean> {
    return onPostgres(async () => {
      const { rows } = await sql`
        INSERT INTO poll_votes (meeting_id, poll_id, participant_id, name, choices)
        SELECT meeting_id, id, ${participantId}, ${name}, ${choices}::integer[] FROM polls
        WHERE meeting_id = ${meetingId} AND id = ${pollId} AND status = 'open' FOR SHARE
        ON CONFLICT (meeting_id, poll_id, participant_id)
        DO UPDATE SET name = EXCLUDED.name, choices = EXCLUDED.choices
        RETURNING 1`.execute(this.#db);
      return rows.length > 0;
    });
  }

  tally(poll: StoredPoll): Promise<Tally> {
    return onPostgres(() => tallyOf(this.#db, poll));
  }

  choicesOf(meetingId: string, participantId: string): Promise<ReadonlyMap<string, readonly number[]>> {
    return onPostgres(async () => {
      const rows = await this.#db
        .selectFrom('poll_votes')
        .innerJoin('polls', (on) =>
          on.onRef('polls.meeting_id', '=', 'poll_votes.meeting_id').onRef('polls.id', '=', 'poll_votes.poll_id'),
        )
        .select(['polls.id', 'poll_votes.choices'])
        .where('polls.meeting_id', '=', meetingId)
        .where('poll_votes.participant_id', '=', participantId)
        .execute();
      return new Map(rows.map(({ id, choices }) => [id, choices]));
    });
  }

  votes(meetingId: string, pollId: string, after: string, limit: number): Promise<readonly PollVote[]> {
    return onPostgres(async () => {
      const rows = await this.#db
        .selectFrom('poll_votes')
        .select(['participant_id', 'name', 'choices'])
        .where('meeting_id', '=', meetingId)
        .where('poll_id', '=', pollId)
        .where('participant_id', '>', after)
        .orderBy('participant_id')
        .limit(limit)
        .execute();
      return rows.map(({ participant_id, name, choices }) => ({ participantId: participant_id, name, choices }));
    });
  }
}

async function tallyOf(db: Kysely<Database>, { meetingId, id, options }: StoredPoll): Promise<Tally> {
  const { rows } = await sql<{ choice: number; count: number; voters: number }>`
    WITH votes AS (SELECT choices FROM poll_votes WHERE meeting_id = ${meetingId} AND poll_id = ${id})
    SELECT choice, count(*)::int AS count, (SELECT count(*)::int FROM votes) AS voters
    FROM votes, unnest(choices) AS choice GROUP BY choice`.execute(db);
  const counts = options.map((_, index) => rows.find(({ choice }) => choice === index)?.count ?? 0);
  return { counts, voters: rows[0]?.voters ?? 0 };
}

function toPoll(row: Selectable<Database['polls']>): StoredPoll {
  return {
    id: row.id,
    meetingId: row.meeting_id,
    sequence: Number(row.sequence),
    question: row.question,
    options: row.options,
    multiple: row.multiple,
    anonymous: row.anonymous,
    status: row.status,
    results: row.counts === null || row.voters === null ? undefined : { counts: row.counts, voters: row.voters },
  };
}
