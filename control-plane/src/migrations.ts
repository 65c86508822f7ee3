import { setTimeout as delay } from 'node:timers/promises';
import { silentLogger } from '@canopy/runtime/logger';
import { connectPostgres, hasSqlState, serverVersion } from './adapters/postgres/database.ts';
import { type MigrationState, migrate, migrationStates } from './adapters/postgres/migrate.ts';

export type { MigrationState };

/** The tables of one database, for who looks after them. Close it after use. */
export interface Migrations extends AsyncDisposable {
  /** Such as "17.2". */
  serverVersion(): Promise<string>;
  /** Every migration this version knows, in order. */
  status(): Promise<readonly MigrationState[]>;
  /** Does what is to do, when nobody else does, and says what that was. */
  up(): Promise<readonly string[]>;
}

/** A new index of a large table takes minutes. */
const patienceMs = 600_000;
const connectTimeoutMs = 10_000;
/** Who waits for a table holds up all who come after: for no longer than requests of replicas that run wait, and then once more. */
const lockTimeoutMs = 2_000;
const lockRetryMs = 1_000;
/** SQLSTATE `lock_not_available`, and `deadlock_detected`: with a request of a replica that runs, which goes on. */
const inTheWay = ['55P03', '40P01'];

export function openMigrations(databaseUrl: string): Migrations {
  const timeouts = { timeoutMs: patienceMs, connectTimeoutMs, lockTimeoutMs };
  const db = connectPostgres({ url: databaseUrl, maxConnections: 2, ...timeouts }, silentLogger);
  return {
    serverVersion: () => serverVersion(db),
    status: () => migrationStates(db),
    up: () => inTurn(() => migrate(db)),
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}

/** Tries anew as long as others hold what it needs: another replica that does the same, or a backup. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isLockedOut(error) || Date.now() >= until) throw error;
      await delay(lockRetryMs);
    }
  }
}

function isLockedOut(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return inTheWay.some((state) => hasSqlState(error, state)) || isLockedOut(error.cause);
}
