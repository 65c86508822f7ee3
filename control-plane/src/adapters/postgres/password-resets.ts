import { type Kysely, sql } from 'kysely';
import type { ResetRecords } from '../../app/accounts/ports.ts';
import { onPostgres } from './database.ts';
import type { Database } from './schema.ts';

/** Links to set a new password, in PostgreSQL; at most one for each user. */
export class PostgresResetRecords implements ResetRecords {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  withPassword(name: string): Promise<string | undefined> {
    return onPostgres(async () => {
      const row = await this.#db
        .selectFrom('users')
        .select('id')
        .where((is) => is.or([is('email', '=', name.toLowerCase()), is('handle', '=', name)]))
        .where('password_hash', 'is not', null)
        .executeTakeFirst();
      return row?.id;
    });
  }

  keep(tokenHash: string, userId: string, expiresAt: number): Promise<void> {
    return onPostgres(async () => {
      const reset = { token_hash: tokenHash, expires_at: new Date(expiresAt) };
      await this.#db
        .insertInto('password_resets')
        .values({ ...reset, user_id: userId })
        .onConflict((conflict) => conflict.column('user_id').doUpdateSet(reset))
        .execute();
    });
  }

  ownerOf(tokenHash: string): Promise<string | undefined> {
    return onPostgres(async () => {
      const row = await this.#db
        .selectFrom('password_resets')
        .select('user_id')
        .where('token_hash', '=', tokenHash)
        .where('expires_at', '>', sql<Date>`now()`)
        .executeTakeFirst();
      return row?.user_id;
    });
  }

  use(tokenHash: string, passwordHash: string): Promise<boolean> {
    return onPostgres(() =>
      this.#db.transaction().execute(async (trx) => {
        // Whoever takes the row first has used the link.
        const reset = await trx
          .deleteFrom('password_resets')
          .where('token_hash', '=', tokenHash)
          .where('expires_at', '>', sql<Date>`now()`)
          .returning('user_id')
          .executeTakeFirst();
        if (reset === undefined) return false;
        const { user_id: userId } = reset;
        await trx.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', userId).execute();
        await trx.deleteFrom('user_sessions').where('user_id', '=', userId).execute();
        return true;
      }),
    );
  }
}
