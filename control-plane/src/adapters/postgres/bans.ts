import type { Kysely } from 'kysely';
import type { Bans } from '../../app/moderation/ports.ts';
import { onPostgres } from './database.ts';
import type { Database } from './schema.ts';

/** Bans in PostgreSQL. */
export class PostgresBans implements Bans {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  add({ meetingId, participantId, userId }: Parameters<Bans['add']>[0]): Promise<void> {
    return onPostgres(async () => {
      await this.#db
        .insertInto('bans')
        .values({ meeting_id: meetingId, participant_id: participantId, user_id: userId ?? null })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    });
  }

  isBanned(meetingId: string, participantId: string, userId: string | undefined): Promise<boolean> {
    return onPostgres(async () => {
      const ban = await this.#db
        .selectFrom('bans')
        .select('participant_id')
        .where('meeting_id', '=', meetingId)
        .where((is) =>
          is.or([
            is('participant_id', '=', participantId),
            ...(userId === undefined ? [] : [is('user_id', '=', userId)]),
          ]),
        )
        .executeTakeFirst();
      return ban !== undefined;
    });
  }
}
