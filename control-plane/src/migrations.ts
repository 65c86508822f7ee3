import { silentLogger } from '@canopy/runtime/logger';
import { connectPostgres, serverVersion } from './adapters/postgres/database.ts';
import { type MigrationState, migrate, migrationStates } from './adapters/postgres/migrate.ts';

export type { MigrationState };

/** The tables of one database, for who looks after them. Close it after use. */
export interface Migrations extends AsyncDisposable {
  /** Such as "17.2". */
  serverVersion(): Promise<string>;
  /** Every migration this version knows, in order. */
  status(): Promise<readonly MigrationState[]>;
  /** Does what is to do, and says what that was. */
  up(): Promise<readonly string[]>;
}

const statementTimeoutMs = 60_000;

export function openMigrations(databaseUrl: string): Migrations {
  const db = connectPostgres({ url: databaseUrl, timeoutMs: statementTimeoutMs, maxConnections: 2 }, silentLogger);
  return {
    serverVersion: () => serverVersion(db),
    status: () => migrationStates(db),
    up: () => migrate(db),
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
