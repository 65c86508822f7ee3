import { type Kysely, type Selectable, sql } from 'kysely';
import type { ApiKey, KeySecrets } from '../../app/access/ports.ts';
import type { KeyEntry, KeyRecords } from '../../app/keys/ports.ts';
import type { Sealer } from '../crypto/sealer.ts';
import { keyColumns, secretColumns, toScopes } from './api-keys.ts';
import { onPostgres } from './database.ts';
import type { Database } from './schema.ts';

/** Keys made by operators, in PostgreSQL. */
export class PostgresKeyRecords implements KeyRecords {
  readonly #db: Kysely<Database>;
  readonly #sealer: Sealer;

  constructor(db: Kysely<Database>, sealer: Sealer) {
    this.#db = db;
    this.#sealer = sealer;
  }

  list(): Promise<readonly KeyEntry[]> {
    return onPostgres(async () => (await this.#made().orderBy('created_at', 'desc').execute()).map(toEntry));
  }

  find(keyId: string): Promise<KeyEntry | undefined> {
    return onPostgres(async () => {
      const row = await this.#made().where('id', '=', keyId).executeTakeFirst();
      return row && toEntry(row);
    });
  }

  create(key: ApiKey, name: string, most: number): Promise<KeyEntry | undefined> {
    return onPostgres(async () => {
      const { count } = await this.#db
        .selectFrom('api_keys')
        .select((query) => query.fn.countAll<string>().as('count'))
        .where('made_by_operator', '=', true)
        .where('revoked_at', 'is', null)
        .where((key) => key.or([key('expires_at', 'is', null), key('expires_at', '>', sql<Date>`now()`)]))
        .executeTakeFirstOrThrow();
      if (Number(count) >= most) return undefined;
      const row = await this.#db
        .insertInto('api_keys')
        .values({ ...keyColumns(key, this.#sealer), name, made_by_operator: true })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toEntry(row);
    });
  }

  rotate(keyId: string, secrets: KeySecrets, now: number, previousUntil: number): Promise<KeyEntry | undefined> {
    return onPostgres(async () => {
      const row = await this.#db
        .updateTable('api_keys')
        .set((row) => ({
          previous_secret_hash: row.ref('secret_hash'),
          previous_signing_secret: row.ref('signing_secret'),
          previous_until: new Date(previousUntil),
          rotated_at: new Date(now),
          ...secretColumns(keyId, secrets, this.#sealer),
        }))
        .where('id', '=', keyId)
        .where('made_by_operator', '=', true)
        .where('revoked_at', 'is', null)
        .returningAll()
        .executeTakeFirst();
      return row && toEntry(row);
    });
  }

  async revoke(keyId: string, now: number): Promise<void> {
    await onPostgres(() =>
      this.#db
        .updateTable('api_keys')
        .set({ revoked_at: new Date(now) })
        .where('id', '=', keyId)
        .where('made_by_operator', '=', true)
        .where('revoked_at', 'is', null)
        .execute(),
    );
  }

  #made() {
    return this.#db.selectFrom('api_keys').selectAll().where('made_by_operator', '=', true);
  }
}

function toEntry(row: Selectable<Database['api_keys']>): KeyEntry {
  return {
    id: row.id,
    name: row.name,
    scopes: toScopes(row.scopes),
    createdAt: row.created_at.getTime(),
    expiresAt: row.expires_at?.getTime(),
    revokedAt: row.revoked_at?.getTime(),
    rotatedAt: row.rotated_at?.getTime(),
    previousUntil: row.previous_until?.getTime(),
  };
}
