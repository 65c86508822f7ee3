import type { Kysely } from 'kysely';
import type { ApiKey, ApiKeys } from '../../app/access/ports.ts';
import { onPostgres } from './database.ts';
import type { Database } from './schema.ts';

export class PostgresApiKeys implements ApiKeys {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  find(keyId: string): Promise<ApiKey | undefined> {
    return onPostgres(async () => {
      const row = await this.#db.selectFrom('api_keys').selectAll().where('id', '=', keyId).executeTakeFirst();
      return row && { id: row.id, secretHash: row.secret_hash, signingSecret: row.signing_secret };
    });
  }

  async ensure(key: ApiKey, keep: boolean): Promise<void> {
    const secrets = { secret_hash: key.secretHash, signing_secret: key.signingSecret };
    await onPostgres(() =>
      this.#db
        .insertInto('api_keys')
        .values({ id: key.id, ...secrets })
        .onConflict((conflict) => {
          const known = conflict.column('id');
          return keep ? known.doNothing() : known.doUpdateSet(secrets);
        })
        .execute(),
    );
  }
}
