import type { MigrationState, Migrations } from '@canopy/control-plane/migrations';
import type { Command } from 'commander';
import { UsageError } from '../failure.ts';
import { print, table } from '../output.ts';
import type { Run } from '../program.ts';
import type { Settings } from '../settings.ts';

/** `canopy migrations …` */
export function addMigrations(program: Command, run: Run): void {
  const migrations = program.command('migrations').description('the tables of the database in DATABASE_URL');
  migrations
    .command('status')
    .description('what was done, and what is to do')
    .action(
      run(async (settings) => {
        await using database = await openDatabase(settings);
        const states = await database.status();
        print(settings.json, states, () => inColumns(states));
      }),
    );
  migrations
    .command('up')
    .description('brings the tables up to date')
    .action(
      run(async (settings) => {
        await using database = await openDatabase(settings);
        const done = await database.up();
        print(settings.json, { applied: done }, () =>
          done.length === 0 ? 'There was nothing to do.' : `Done: ${done.join(', ')}.`,
        );
      }),
    );
}

function inColumns(states: readonly MigrationState[]): string {
  return table(
    ['MIGRATION', 'DONE'],
    states.map(({ name, appliedAt }) => [name, appliedAt ?? 'no']),
  );
}

/** Loaded only here: most commands need no database. */
async function openDatabase({ env }: Settings): Promise<Migrations> {
  if (!env.DATABASE_URL) throw new UsageError('DATABASE_URL must say where the database is.');
  const { openMigrations } = await import('@canopy/control-plane/migrations');
  return openMigrations(env.DATABASE_URL);
}
