import { openMigrations } from '@canopy/control-plane/migrations';
import { messageOf } from '@canopy/runtime/message-of';
import { type Finding, failed, ok, warning } from './finding.ts';

const oldestTested = 15;

/** The same of a database that is named here, where no replica tells of its own. */
export async function checkDatabase(databaseUrl: string | undefined): Promise<Finding[]> {
  if (databaseUrl === undefined) return [];
  await using database = openMigrations(databaseUrl);
  try {
    const [version, states] = [await database.serverVersion(), await database.status()];
    const pending = states.filter(({ appliedAt }) => appliedAt === null).map(({ name }) => name);
    return [versionFinding('PostgreSQL version', version), migrationsFinding(pending)];
  } catch (error) {
    const advice = 'See that PostgreSQL runs and that DATABASE_URL is right.';
    return [failed('database', `it can not be read: ${messageOf(error)}`, advice)];
  }
}

export function versionFinding(check: string, version: string): Finding {
  if (Number.parseInt(version, 10) >= oldestTested) return ok(check, version);
  return warning(check, version, `Canopy is tested with PostgreSQL ${oldestTested} and later: upgrade.`);
}

export function migrationsFinding(pending: readonly string[]): Finding {
  if (pending.length === 0) return ok('migrations', 'the tables are up to date');
  return failed('migrations', `${pending.length} to do, from ${pending[0]}`, 'Run: canopy migrations up');
}
