import { CanopyError } from '@canopy/runtime/errors';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { AccountRecords, Identity, NewSession, NewUser, SessionRecords } from '../../app/accounts/ports.ts';
import type { User } from '../../core/account/account.ts';
import { inBatches, isOneOf } from './batches.ts';
import { hasSqlState, onPostgres } from './database.ts';
import type { Database } from './schema.ts';
import { removeWebhooks } from './webhook-records.ts';

/** Meetings, or series of them, that go in one statement: with everything that was said and recorded there. */
const mostRemoved = 5;

/** Users and their sessions in PostgreSQL. */
export class PostgresAccountRecords implements AccountRecords, SessionRecords {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  create({ id, email, handle, name, language, passwordHash }: NewUser, identity: Identity | undefined): Promise<User> {
    return unlessTaken(() =>
      this.#db.transaction().execute(async (trx) => {
        const known = { email: email ?? null, language: language ?? null, password_hash: passwordHash ?? null };
        const row = await trx
          .insertInto('users')
          .values({ id, handle, name, ...known })
          .returningAll()
          .executeTakeFirstOrThrow();
        if (identity !== undefined) {
          await trx
            .insertInto('user_identities')
            .values({ ...identity, user_id: id })
            .execute();
        }
        return toUser(row);
      }),
    );
  }

  find(userId: string): Promise<User | undefined> {
    return onPostgres(async () => {
      const row = await this.#db.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst();
      return row && toUser(row);
    });
  }

  findByHandle(handle: string): Promise<(User & { roomId: string | undefined }) | undefined> {
    return onPostgres(async () => {
      const row = await this.#db.selectFrom('users').selectAll().where('handle', '=', handle).executeTakeFirst();
      return row && { ...toUser(row), roomId: row.room_id ?? undefined };
    });
  }

  findByIdentity({ issuer, subject }: Identity): Promise<User | undefined> {
    return onPostgres(async () => {
      const row = await this.#db
        .selectFrom('users')
        .innerJoin('user_identities', 'user_identities.user_id', 'users.id')
        .selectAll('users')
        .where('issuer', '=', issuer)
        .where('subject', '=', subject)
        .executeTakeFirst();
      return row && toUser(row);
    });
  }

  findByEmail(email: string): Promise<{ user: User; passwordHash: string | undefined } | undefined> {
    return onPostgres(async () => {
      const row = await this.#db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst();
      return row && { user: toUser(row), passwordHash: row.password_hash ?? undefined };
    });
  }

  passwordHash(userId: string): Promise<string | undefined> {
    return onPostgres(async () => {
      const rows = this.#db.selectFrom('users').select('password_hash').where('id', '=', userId);
      return (await rows.executeTakeFirst())?.password_hash ?? undefined;
    });
  }

  change(userId: string, { name, handle, language }: Parameters<AccountRecords['change']>[1]) {
    return unlessTaken(async () => {
      const row = await this.#db
        .updateTable('users')
        .set({
          id: userId,
          ...(name === undefined ? {} : { name }),
          ...(handle === undefined ? {} : { handle }),
          ...(language === undefined ? {} : { language }),
        })
        .where('id', '=', userId)
        .returningAll()
        .executeTakeFirst();
      return row && toUser(row);
    });
  }

  setPassword(userId: string, passwordHash: string, keptSession: string): Promise<void> {
    return onPostgres(() =>
      this.#db.transaction().execute(async (trx) => {
        await trx.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', userId).execute();
        await trx.deleteFrom('password_resets').where('user_id', '=', userId).execute();
        await trx
          .deleteFrom('user_sessions')
          .where('user_id', '=', userId)
          .where('token_hash', '!=', keptSession)
          .execute();
      }),
    );
  }

  setRoom(userId: string, before: string | undefined, meetingId: string): Promise<boolean> {
    return onPostgres(async () => {
      const { numUpdatedRows } = await this.#db
        .updateTable('users')
        .set({ room_id: meetingId })
        .where('id', '=', userId)
        .where(sql<boolean>`room_id IS NOT DISTINCT FROM ${before ?? null}::uuid`)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    });
  }

  remove(userId: string): Promise<void> {
    return onPostgres(async () => {
      await removeWebhooks(this.#db, (one) => one('host_id', '=', userId));
      for (const table of ['schedules', 'meetings'] as const) {
        const theirs = this.#db.selectFrom(table).select('id').where('host_id', '=', userId);
        await inBatches(mostRemoved, async (most) => {
          const some = isOneOf(theirs.limit(most));
          return (await this.#db.deleteFrom(table).where(some).executeTakeFirst()).numDeletedRows;
        });
      }
      // The user last, so that it can be done again where it failed in between; with what came meanwhile.
      await this.#db.transaction().execute(async (trx) => {
        for (const table of ['webhooks', 'schedules', 'meetings'] as const) {
          await trx.deleteFrom(table).where('host_id', '=', userId).execute();
        }
        await trx.deleteFrom('users').where('id', '=', userId).execute();
      });
    });
  }

  liveMeetings(userId: string): Promise<readonly string[]> {
    return onPostgres(async () => {
      const rows = await this.#db
        .selectFrom('meetings')
        .select('id')
        .where('host_id', '=', userId)
        .where('parent_id', 'is', null)
        .where('status', '=', 'live')
        .execute();
      return rows.map(({ id }) => id);
    });
  }

  begin({ tokenHash, userId, expiresAt, proven }: NewSession): Promise<boolean> {
    return onPostgres(async () => {
      const { numInsertedOrUpdatedRows } = await this.#db
        .insertInto('user_sessions')
        .columns(['user_id', 'token_hash', 'expires_at'])
        .expression((from) => {
          const user = from
            .selectFrom('users')
            .select([
              'id',
              sql<string>`${tokenHash}`.as('token_hash'),
              sql<Date>`${new Date(expiresAt)}::timestamptz`.as('expires_at'),
            ])
            .where('id', '=', userId);
          const still = proven === undefined ? user : user.where('password_hash', '=', proven);
          // Who sets another password ends the sessions that there are: this one comes before that, or not at all.
          return still.forShare();
        })
        .executeTakeFirstOrThrow();
      return (numInsertedOrUpdatedRows ?? 0n) > 0n;
    });
  }

  userOf(tokenHash: string): Promise<string | undefined> {
    return onPostgres(async () => {
      const row = await this.#db
        .selectFrom('user_sessions')
        .select('user_id')
        .where('token_hash', '=', tokenHash)
        .where('expires_at', '>', sql<Date>`now()`)
        .executeTakeFirst();
      return row?.user_id;
    });
  }

  end(tokenHash: string): Promise<void> {
    return onPostgres(async () => {
      await this.#db.deleteFrom('user_sessions').where('token_hash', '=', tokenHash).execute();
    });
  }

  forgetExpired(): Promise<void> {
    return onPostgres(async () => {
      await this.#db.deleteFrom('user_sessions').where('expires_at', '<', sql<Date>`now()`).execute();
    });
  }
}

function toUser(row: Selectable<Database['users']>): User {
  return {
    id: row.id,
    email: row.email ?? undefined,
    handle: row.handle,
    name: row.name,
    language: row.language ?? undefined,
    hasPassword: row.password_hash !== null,
  };
}

/** SQLSTATE `unique_violation`. */
const notUnique = '23505';

function unlessTaken<T>(work: () => Promise<T>): Promise<T> {
  return onPostgres(async () => {
    try {
      return await work();
    } catch (error) {
      throw hasSqlState(error, notUnique) ? new CanopyError('NAME_TAKEN', undefined, { cause: error }) : error;
    }
  });
}
