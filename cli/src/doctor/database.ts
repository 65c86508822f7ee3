import { openMigrations } from '@canopy/control-plane/migrations';
import { type Finding, failed, messageOf, ok, skipped, warning } from './finding.ts';

const oldestTested = 15;

/** The version of PostgreSQL, and whether its tables are up to date. */
export async function checkDatabase(databaseUrl: string | undefined): Promise<Finding[]> {
  if (databaseUrl === undefined) return [skipped('database', 'DATABASE_URL is not set here')];
  await using database = openMigrations(databaseUrl);
  try {
    const version = await database.serverVersion();
    const missing = (await database.status()).filter(({ appliedAt }) => appliedAt === null);
    return [
      Number.parseInt(version, 10) >= oldestTested
        ? ok('database version', `PostgreSQL ${version}`)
        : warning(
            'database version',
            `PostgreSQL ${version}`,
            `Canopy is tested with ${oldestTested} and later: upgrade.`,
          ),
      missing.length === 0
        ? ok('migrations', 'the tables are up to date')
        : failed('migrations', `${missing.length} to do, from ${missing[0]?.name}`, 'Run: canopy migrations up'),
    ];
  } catch (error) {
    const advice = 'See that PostgreSQL runs and that DATABASE_URL is right.';
    return [failed('database', `it can not be read: ${messageOf(error)}`, advice)];
  }
}
