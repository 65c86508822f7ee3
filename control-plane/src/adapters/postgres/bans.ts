import { readTogether } from '@canopy/runtime/read-together';
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

  async isBanned(meetingId: string, participantId: string, userId: string | undefined): Promise<boolean> {
    const bans = await this.#of(meetingId);
    return bans.some((ban) => ban.participant_id === participantId || (userId !== undefined && ban.user_id === userId));
  }

  /** They are few, and everybody who joins asks. */
  readonly #of = readTogether((meetingId) =>
    onPostgres(() =>
      this.#db.selectFrom('bans').select(['participant_id', 'user_id']).where('meeting_id', '=', meetingId).execute(),
    ),
  );
}
