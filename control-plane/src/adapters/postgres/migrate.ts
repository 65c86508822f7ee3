import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { up as meetings } from './migrations/0001-meetings.ts';
import { up as chat } from './migrations/0002-chat.ts';
import { up as entry } from './migrations/0003-entry.ts';
import { up as recordings } from './migrations/0004-recordings.ts';
import { up as accounts } from './migrations/0005-accounts.ts';
import { up as schedules } from './migrations/0006-schedules.ts';
import { up as webhooks } from './migrations/0008-webhooks.ts';
import { up as breakouts } from './migrations/0009-breakouts.ts';
import { up as questionsAndPolls } from './migrations/0010-questions-and-polls.ts';
import { up as links } from './migrations/0013-links.ts';
import { up as security } from './migrations/0014-security.ts';
import { up as passwordResets } from './migrations/0016-password-resets.ts';
import { up as bannedNetworks } from './migrations/0017-banned-networks.ts';
import { up as registrations } from './migrations/0018-registrations.ts';
import { up as leftBehind } from './migrations/0019-left-behind.ts';
import { up as recordingState } from './migrations/0020-recording-state.ts';
import { up as ownersOfRooms } from './migrations/0021-owners-of-rooms.ts';
import { up as indexesOfWhatGrows } from './migrations/0022-indexes-of-what-grows.ts';
import { up as indexesOfLists } from './migrations/0023-indexes-of-lists.ts';
import type { Database } from './schema.ts';

/**
 * Forward only: a migration that shipped is never changed, and what it did is undone by a later one. The version before goes
 * on with the tables after each of them (docs/operations/upgrade.md).
 */
export const migrations: Record<string, Migration> = {
  '0001-meetings': { up: meetings },
  '0004-recordings': { up: recordings },
  '0002-chat': { up: chat },
  '0003-entry': { up: entry },
  '0005-accounts': { up: accounts },
  '0006-schedules': { up: schedules },
  '0008-webhooks': { up: webhooks },
  '0009-breakouts': { up: breakouts },
  '0010-questions-and-polls': { up: questionsAndPolls },
  '0013-links': { up: links },
  '0014-security': { up: security },
  '0016-password-resets': { up: passwordResets },
  '0017-banned-networks': { up: bannedNetworks },
  '0018-registrations': { up: registrations },
  '0019-left-behind': { up: leftBehind },
  '0020-recording-state': { up: recordingState },
  '0021-owners-of-rooms': { up: ownersOfRooms },
  '0022-indexes-of-what-grows': { up: indexesOfWhatGrows },
  '0023-indexes-of-lists': { up: indexesOfLists },
};

/** One step of the tables. */
export interface MigrationState {
  name: string;
  /** ISO 8601; null: still to do. */
  appliedAt: string | null;
}

const migratorOf = (db: Kysely<Database>) =>
  new Migrator({ db, provider: { getMigrations: async () => ({ ...(await fromLater(db)), ...migrations }) } });

/** What a later version did already is none of our business, and no reason not to start beside it. */
async function fromLater(db: Kysely<Database>): Promise<Record<string, Migration>> {
  const { rows: tables } = await sql`SELECT 1 WHERE to_regclass('kysely_migration') IS NOT NULL`.execute(db);
  if (tables.length === 0) return {};
  const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration`.execute(db);
  const newest = Object.keys(migrations).sort().at(-1) ?? '';
  const nothingToDo = { up: async () => {} };
  return Object.fromEntries(rows.filter(({ name }) => name > newest).map(({ name }) => [name, nothingToDo]));
}

/**
 * Brings the tables up to date and returns what was done. Kysely takes an advisory lock, so replicas that start together wait
 * for each other.
 */
export async function migrate(db: Kysely<Database>): Promise<readonly string[]> {
  const { error, results = [] } = await migratorOf(db).migrateToLatest();
  if (error !== undefined) throw new Error('the database could not be brought up to date', { cause: error });
  return results.map(({ migrationName }) => migrationName);
}

/** Every migration there is, those of later versions too, in order, and when it was done. Changes nothing. */
export async function migrationStates(db: Kysely<Database>): Promise<readonly MigrationState[]> {
  const found = await migratorOf(db).getMigrations();
  return found.map(({ name, executedAt }) => ({ name, appliedAt: executedAt?.toISOString() ?? null }));
}
