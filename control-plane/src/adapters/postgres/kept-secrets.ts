import { CanopyError } from '@canopy/runtime/errors';
import { type Kysely, sql } from 'kysely';
import type { KeptSecrets } from '../../app/health/health.ts';
import { type Sealer, type SecretPlace, sealedMark } from '../crypto/sealer.ts';
import { inBatches } from './batches.ts';
import { onPostgres } from './database.ts';
import type { Database } from './schema.ts';

/** Where secrets are kept that can't be kept as hashes: with them others' messages and tokens are signed. */
interface SecretColumn {
  table: 'webhooks' | 'api_keys';
  column: string;
  of: SecretPlace['of'];
}

const columns: readonly SecretColumn[] = [
  { table: 'webhooks', column: 'secret', of: 'webhooks.secret' },
  { table: 'api_keys', column: 'signing_secret', of: 'api_keys.signing_secret' },
  // A rotation moves it here as it is.
  { table: 'api_keys', column: 'previous_signing_secret', of: 'api_keys.signing_secret' },
];

const atOnce = 500;

interface KeptSecret {
  id: string;
  kept: string;
}

/** All secrets in the database, as they are kept. */
export class PostgresKeptSecrets {
  readonly #db: Kysely<Database>;
  readonly #sealer: Sealer;

  constructor(db: Kysely<Database>, sealer: Sealer) {
    this.#db = db;
    this.#sealer = sealer;
  }

  /** How they are kept, without opening them. */
  look(): Promise<KeptSecrets> {
    return onPostgres(async () => {
      const each = columns.map(({ table, column }) => sql`SELECT ${sql.ref(column)} AS kept FROM ${sql.table(table)}`);
      const { rows } = await sql<{ key_id: string | null; secrets: number; behind: number }>`
        SELECT CASE WHEN starts_with(kept, ${sealedMark}) THEN split_part(kept, ':', 3) END AS key_id,
          count(*)::integer AS secrets, (count(*) FILTER (WHERE ${this.#isBehind()}))::integer AS behind
        FROM (${sql.join(each, sql` UNION ALL `)}) AS one
        WHERE kept IS NOT NULL
        GROUP BY key_id`.execute(this.#db);
      return {
        sealing: this.#sealer.head !== undefined,
        kept: rows.reduce((sum, { secrets }) => sum + secrets, 0),
        behind: rows.reduce((sum, { behind }) => sum + behind, 0),
        missingKeys: rows.flatMap(({ key_id }) => (key_id === null || this.#sealer.has(key_id) ? [] : [key_id])),
      };
    });
  }

  /**
   * Has all of them kept as new ones are: sealed with the first key, or in clear. What can't be opened stays as it is. Returns
   * how many were changed; others may change them meanwhile, and it may be repeated.
   */
  keepAnew(): Promise<number> {
    return onPostgres(async () => {
      let changed = 0;
      for (const column of columns) {
        let after = '';
        await inBatches(atOnce, async (most) => {
          const some = await this.#behind(column, after, most);
          for (const one of some) if (await this.#changed(column, one)) changed += 1;
          after = some.at(-1)?.id ?? after;
          return BigInt(some.length);
        });
      }
      return changed;
    });
  }

  async #behind({ table, column }: SecretColumn, after: string, most: number): Promise<readonly KeptSecret[]> {
    const { rows } = await sql<KeptSecret>`
      SELECT id, kept FROM (SELECT id::text AS id, ${sql.ref(column)} AS kept FROM ${sql.table(table)}) AS one
      WHERE id > ${after} AND ${this.#isBehind()}
      ORDER BY id LIMIT ${most}`.execute(this.#db);
    return rows;
  }

  /** Of a column `kept`; neither true nor false of none. */
  #isBehind() {
    const { head } = this.#sealer;
    return head === undefined ? sql`starts_with(kept, ${sealedMark})` : sql`NOT starts_with(kept, ${head})`;
  }

  async #changed({ table, column, of }: SecretColumn, { id, kept }: KeptSecret): Promise<boolean> {
    const anew = this.#anew(kept, { of, id });
    if (anew === undefined) return false;
    const { numAffectedRows } = await sql`
      UPDATE ${sql.table(table)} SET ${sql.ref(column)} = ${anew}
      WHERE id = ${id} AND ${sql.ref(column)} = ${kept}`.execute(this.#db);
    return numAffectedRows === 1n;
  }

  #anew(kept: string, place: SecretPlace): string | undefined {
    try {
      return this.#sealer.seal(this.#sealer.open(kept, place), place);
    } catch (error) {
      if (error instanceof CanopyError) return undefined;
      throw error;
    }
  }
}
