import { readTogether } from '@canopy/runtime/read-together';
import type { Kysely } from 'kysely';
import type { Bans } from '../../app/moderation/ports.ts';
import type { Ban, ListedBan } from '../../core/access/bans.ts';
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
      return rows.map(toBan);
    }),
  );

  listNamed(meetingId: string): Promise<ListedBan[]> {
    return onPostgres(async () => {
      const rows = await this.#db
        .selectFrom('bans')
        .leftJoin('participants', (join) =>
          join
            .onRef('participants.meeting_id', '=', 'bans.meeting_id')
            .onRef('participants.id', '=', 'bans.participant_id'),
        )
        .select(['participant_id', 'bans.user_id', 'network_hash', 'banned_at', 'participants.name'])
        .where('bans.meeting_id', '=', meetingId)
        .orderBy('banned_at', 'desc')
        .execute();
      return rows.map((row) => ({ ...toBan(row), name: row.name ?? '', bannedAt: row.banned_at.getTime() }));
    });
  }

  lift(meetingId: string, participantId: string): Promise<boolean> {
    return onPostgres(async () => {
      const person = this.#db
        .selectFrom('bans')
        .select('user_id')
        .where('meeting_id', '=', meetingId)
        .where('participant_id', '=', participantId);
      const { numDeletedRows } = await this.#db
        .deleteFrom('bans')
        .where('meeting_id', '=', meetingId)
        .where((is) => is.or([is('participant_id', '=', participantId), is('user_id', '=', person)]))
        .executeTakeFirst();
      return numDeletedRows > 0n;
    });
  }
}

function toBan(row: { participant_id: string; user_id: string | null; network_hash: string | null }): Ban {
  return {
    participantId: row.participant_id,
    userId: row.user_id ?? undefined,
    networkHash: row.network_hash ?? undefined,
  };
}
