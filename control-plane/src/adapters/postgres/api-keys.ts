import { type Kysely, sql } from 'kysely';
import type { ApiKey, ApiKeys, KeySecrets } from '../../app/access/ports.ts';
import { type KeyScope, keyScopes } from '../../core/access/scopes.ts';
import type { Sealer, SecretPlace } from '../crypto/sealer.ts';
import { onPostgres } from './database.ts';
import type { Database } from './schema.ts';

export class PostgresApiKeys implements ApiKeys {
  readonly #db: Kysely<Database>;
  readonly #sealer: Sealer;

  constructor(db: Kysely<Database>, sealer: Sealer) {
    this.#db = db;
    this.#sealer = sealer;
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
      const place = signingSecretOf(keyId);
      const { previous_secret_hash: secretHash, previous_signing_secret: kept, previous_until: until } = row;
      const previous =
        secretHash !== null && kept !== null && until !== null
          ? { secretHash, signingSecret: this.#sealer.open(kept, place), until: until.getTime() }
          : undefined;
      return {
        id: row.id,
        secretHash: row.secret_hash,
        signingSecret: this.#sealer.open(row.signing_secret, place),
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
    const { id, secret_hash, signing_secret, scopes } = keyColumns(key, this.#sealer);
    await onPostgres(() =>
      sql`
        INSERT INTO api_keys AS known (id, secret_hash, signing_secret, scopes)
        VALUES (${id}, ${secret_hash}, ${signing_secret}, ${scopes})
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
        .values(keyColumns(key, this.#sealer))
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
      const known = await this.#db
        .selectFrom('api_keys')
        .select(['secret_hash', 'signing_secret'])
        .where('id', '=', key.id)
        .executeTakeFirstOrThrow();
      const signingSecret = this.#sealer.open(known.signing_secret, signingSecretOf(key.id));
      return { secretHash: known.secret_hash, signingSecret };
    });
  }
}

/** A new key as a row. */
export function keyColumns({ id, scopes, expiresAt, ...secrets }: ApiKey, sealer: Sealer) {
  const expires = expiresAt === undefined ? null : new Date(expiresAt);
  return { id, ...secretColumns(id, secrets, sealer), scopes: [...scopes], expires_at: expires };
}

/** What is kept of a key's secret, as columns. */
export function secretColumns(keyId: string, { secretHash, signingSecret }: KeySecrets, sealer: Sealer) {
  return { secret_hash: secretHash, signing_secret: sealer.seal(signingSecret, signingSecretOf(keyId)) };
}

const signingSecretOf = (keyId: string): SecretPlace => ({ of: 'api_keys.signing_secret', id: keyId });

/** A scope that this version does not know allows nothing in it. */
export function toScopes(names: readonly string[]): KeyScope[] {
  return keyScopes.filter((scope) => names.includes(scope));
}
