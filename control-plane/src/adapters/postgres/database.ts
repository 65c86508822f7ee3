import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { DatabaseError, Pool } from 'pg';
import { impatient, NoAnswer } from './impatient-pool.ts';
import type { Database } from './schema.ts';

export interface PostgresOptions {
  url: string;
  /** A statement that takes longer has failed. */
  timeoutMs: number;
  /** And so has a wait for a connection, if not after `timeoutMs`. */
  connectTimeoutMs?: number;
  /** And one for a lock. */
  lockTimeoutMs?: number;
  maxConnections: number;
}

export function connectPostgres(options: PostgresOptions, logger: Logger): Kysely<Database> {
  const pool = new Pool({
    connectionString: options.url,
    max: options.maxConnections,
    connectionTimeoutMillis: options.connectTimeoutMs ?? options.timeoutMs,
    query_timeout: options.timeoutMs,
    statement_timeout: options.timeoutMs,
    lock_timeout: options.lockTimeoutMs,
    application_name: 'canopy-control-plane',
  });
  // The pool listens to idle connections only; a busy one that breaks without a listener would end the process.
  pool.on('connect', (client) => {
    client.on('error', (error) => logger.warn({ err: error }, 'a database connection was lost'));
  });
  pool.on('error', (error) => logger.debug({ err: error }, 'an idle database connection was lost'));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool: impatient(pool) }) });
}

/** Such as "17.2". */
export async function serverVersion(db: Kysely<Database>): Promise<string> {
  const { rows } = await sql<{ server_version: string }>`SHOW server_version`.execute(db);
  return rows[0]?.server_version ?? '';
}

/**
 * SQLSTATEs that say nothing of the statement, which may succeed when it is tried again: classes 08 (connection), 40 (in the way
 * of others), 53 (no room, too many connections), 57P (shutting down, starting) and 58 (the disk), and 23503 (what it belongs to
 * went in that moment: next time it is not found), 25006 (not the primary any more), 25P03, 55P03 and 57014 (took too long).
 */
const passing = /^(?:08|40|53|57P|58|23503|25006|25P03|55P03|57014)/;

/** Runs something on the database. Where it can't be had for now, that is STATE_UNAVAILABLE; any other failure is a mistake of ours: INTERNAL. */
export async function onPostgres<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CanopyError) throw error;
    throw new CanopyError(isPassing(error) ? 'STATE_UNAVAILABLE' : 'INTERNAL', undefined, { cause: error });
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof NoAnswer || (error instanceof DatabaseError && passing.test(error.code ?? ''));
}

/** Whether the server refused something for this reason (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
export function hasSqlState(error: unknown, state: string): boolean {
  return error instanceof Error && 'code' in error && error.code === state;
}
