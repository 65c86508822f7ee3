import { type Kysely, sql } from 'kysely';
import type { ApiKey, ApiKeys, KeySecrets } from '../../app/access/ports.ts';
import { type KeyScope, keyScopes } from '../../core/access/scopes.ts';
import { onPostgres } from './database.ts';
import type { Database } from './schema.ts';

export class PostgresApiKeys implements ApiKeys {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  find(keyId: string): Promise<ApiKey | undefined> {
    return onPostgres(async () => {
      const row = await this.#db
        .selectFrom('api_keys')
        .selectAll()
        .where('id', '=', keyId)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const { previous_secret_hash: secretHash, previous_signing_secret: signingSecret, previous_until: until } = row;
      const previous =
        secretHash !== null && signingSecret !== null && until !== null
          ? { secretHash, signingSecret, until: until.getTime() }
          : undefined;
      return {
        id: row.id,
        secretHash: row.secret_hash,
        signingSecret: row.signing_secret,
        scopes: toScopes(row.scopes),
        expiresAt: row.expires_at?.getTime(),
        previous,
      };
    });
  }

  /**
   * Adds a key of the installation, or gives the known one its secret and scopes. The secret before stays good for an hour:
   * replicas are restarted one after the other.
   */
  async ensure(key: ApiKey): Promise<void> {
    await onPostgres(() =>
      sql`
        INSERT INTO api_keys AS known (id, secret_hash, signing_secret, scopes)
        VALUES (${key.id}, ${key.secretHash}, ${key.signingSecret}, ${[...key.scopes]})
        ON CONFLICT (id) DO UPDATE SET
          previous_secret_hash = known.secret_hash,
          previous_signing_secret = known.signing_secret,
          previous_until = now() + interval '1 hour',
          rotated_at = now(),
          secret_hash = excluded.secret_hash,
          signing_secret = excluded.signing_secret,
          scopes = excluded.scopes
        WHERE known.secret_hash <> excluded.secret_hash OR known.scopes <> excluded.scopes`.execute(this.#db),
    );
  }

  /** Adds a key that nobody needs to have; a known one keeps its secret. Returns what is kept of that. */
  ensureAny(key: ApiKey): Promise<KeySecrets> {
    return onPostgres(async () => {
      await this.#db
        .insertInto('api_keys')
        .values(keyColumns(key))
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
      return await this.#db
        .selectFrom('api_keys')
        .select(['secret_hash as secretHash', 'signing_secret as signingSecret'])
        .where('id', '=', key.id)
        .executeTakeFirstOrThrow();
    });
  }
}

/** A new key as a row. */
export function keyColumns({ id, secretHash, signingSecret, scopes, expiresAt }: ApiKey) {
  const expires = expiresAt === undefined ? null : new Date(expiresAt);
  return { id, secret_hash: secretHash, signing_secret: signingSecret, scopes: [...scopes], expires_at: expires };
}

/** A scope that this version does not know allows nothing in it. */
export function toScopes(names: readonly string[]): KeyScope[] {
  return keyScopes.filter((scope) => names.includes(scope));
}
