import { readTogether } from '@canopy/runtime/read-together';
import type { Kysely } from 'kysely';
import type { Bans } from '../../app/moderation/ports.ts';
import type { Ban } from '../../core/access/bans.ts';
import { onPostgres } from './database.ts';
import type { Database } from './schema.ts';

/** Bans in PostgreSQL. */
export class PostgresBans implements Bans {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  add(meetingId: string, { participantId, userId, networkHash }: Ban): Promise<void> {
    return onPostgres(async () => {
      await this.#db
        .insertInto('bans')
        .values({
          meeting_id: meetingId,
          participant_id: participantId,
          user_id: userId ?? null,
          network_hash: networkHash ?? null,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    });
  }

  /** They are few, and everybody who joins asks. */
  readonly list = readTogether((meetingId) =>
    onPostgres(async () => {
      const rows = await this.#db
        .selectFrom('bans')
        .select(['participant_id', 'user_id', 'network_hash'])
        .where('meeting_id', '=', meetingId)
        .execute();
      return rows.map(
        (row): Ban => ({
          participantId: row.participant_id,
          userId: row.user_id ?? undefined,
          networkHash: row.network_hash ?? undefined,
        }),
      );
    }),
  );
}
