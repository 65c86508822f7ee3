import { type Kysely, sql } from 'kysely';
import { type AuditQuery, type AuditRecords, auditActions, type NotedEntry } from '../../app/audit/ports.ts';
import { onPostgres } from './database.ts';
import type { Database } from './schema.ts';

/** The audit log in PostgreSQL; a trigger keeps what is in it from being changed. */
export class PostgresAuditRecords implements AuditRecords {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async note({ details, failed, ...entry }: Omit<NotedEntry, 'id' | 'at'>): Promise<void> {
    const row = { ...entry, details: JSON.stringify(details), failed: failed ?? null };
    await onPostgres(() => this.#db.insertInto('audit_log').values(row).execute());
  }

  page({ before, action, actor, limit }: AuditQuery): Promise<readonly NotedEntry[]> {
    return onPostgres(async () => {
      const rows = await this.#db
        .selectFrom('audit_log')
        .select(['at', 'actor', 'address', 'target', 'details', 'failed'])
        .select([sql<number>`id::float8`.as('id'), sql<string>`action`.as('action')])
        .$if(before !== undefined, (query) => query.where('id', '<', String(before)))
        .$if(action !== undefined, (query) => query.where('action', '=', action ?? ''))
        .$if(actor !== undefined, (query) => query.where('actor', '=', actor ?? ''))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.flatMap(({ at, action: name, details, failed, ...row }) => {
        const known = auditActions.find((one) => one === name);
        if (known === undefined) return [];
        return [{ ...row, at: at.getTime(), action: known, details: Object(details), failed: failed ?? undefined }];
      });
    });
  }
}
