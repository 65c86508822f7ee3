import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { Database } from './schema.ts';

/** What is not done in one statement, which would fail where there is much of it: `some` does up to so many, and says how many it did. */
export async function inBatches(most: number, some: (most: number) => Promise<bigint>): Promise<void> {
  for (;;) {
    const done = await some(most);
    if (done < BigInt(most)) return;
  }
}

/** That a row is one of these, which are looked for once and then by their ids, however many PostgreSQL takes them for. */
export function isOneOf<Table extends keyof Database>(
  ids: SelectQueryBuilder<Database, Table, { id: string }>,
): RawBuilder<boolean> {
  return sql<boolean>`id = ANY (ARRAY${ids})`;
}
