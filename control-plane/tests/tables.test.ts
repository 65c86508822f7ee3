import { randomUUID } from 'node:crypto';
import { silentLogger } from '@canopy/runtime/logger';
import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase } from '../../local-mesh/src/testing/test-database.ts';
import previous from '../../local-mesh/upgrade-from.json' with { type: 'json' };
import { connectPostgres } from '../src/adapters/postgres/database.ts';
import { migrate, migrationStates, migrations } from '../src/adapters/postgres/migrate.ts';
import type { Database } from '../src/adapters/postgres/schema.ts';
import { openMigrations } from '../src/migrations.ts';
import { breaks, readTables } from '../src/testing/schema-breaks.ts';

/** A database as the version before left it, or as a migration did. */
async function asBefore(migration = previous.migration): Promise<Kysely<Database>> {
  const database = await createTestDatabase();
  const db = connectPostgres({ url: database.url, timeoutMs: 10_000, maxConnections: 2 }, silentLogger);
  onTestFinished(async () => {
    await db.destroy();
    await database[Symbol.asyncDispose]();
  });
  await migrateTo(db, migration);
  return db;
}

async function migrateTo(db: Kysely<Database>, migration: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateTo(migration);
  expect(error).toBeUndefined();
}

test('whoever knows the tables as they were before a migration goes on with them after it', async () => {
  const [first = '', ...others] = Object.keys(migrations).sort();
  const db = await asBefore(first);
  const found: string[] = [];
  let before = await readTables(db);
  for (const name of others) {
    await migrateTo(db, name);
    const after = await readTables(db);
    found.push(...breaks(before, after).map((text) => `${name}: ${text}`));
    before = after;
  }
  expect(before.columns.size).toBeGreaterThan(50);
  expect(found).toEqual([]);
});

test('the version before goes on with the tables of this one', async () => {
  const db = await asBefore();
  const before = await readTables(db);
  await migrate(db);
  expect(breaks(before, await readTables(db))).toEqual([]);
});

test('a table that is in use is waited for, for longer than a lock is', async () => {
  await using database = await createTestDatabase();
  const db = connectPostgres({ url: database.url, timeoutMs: 30_000, maxConnections: 2 }, silentLogger);
  onTestFinished(() => db.destroy());
  const names = Object.keys(migrations).sort();
  const last = names.at(-1);
  await migrateTo(db, names.at(-2) ?? '');
  const waiting = sql<{ since: Date }>`SELECT waitstart AS since FROM pg_locks WHERE waitstart IS NOT NULL`;
  const waits = new Set<number>();
  const seen = async () => {
    for (const { since } of (await waiting.execute(db)).rows) waits.add(since.getTime());
    return waits.size;
  };
  await using starting = openMigrations(database.url);
  const done = await db.transaction().execute(async (busy) => {
    await sql`LOCK TABLE kysely_migration IN SHARE MODE`.execute(busy);
    const up = starting.up();
    up.catch(() => undefined);
    // It gave way, and asked again.
    await expect.poll(seen, { timeout: 20_000, interval: 100 }).toBe(2);
    return { up };
  });
  expect(await done.up).toEqual([last]);
}, 60_000);

test('what it could not go on with would be noticed, and what it can is let pass', async () => {
  const db = await asBefore();
  const before = await readTables(db);
  for (const statement of [
    'ALTER TABLE meetings RENAME COLUMN title TO name',
    'ALTER TABLE meetings ALTER COLUMN link_revision TYPE bigint',
    'ALTER TABLE schedules ADD COLUMN colour text NOT NULL',
    'ALTER TABLE schedules ALTER COLUMN password_hash SET NOT NULL',
    'ALTER TABLE meetings ADD CONSTRAINT short CHECK (length(mode) < 30)',
    'CREATE UNIQUE INDEX ON meetings (mode)',
    // Harmless.
    'ALTER TABLE meetings ADD COLUMN colour text',
    "ALTER TABLE meetings ADD COLUMN tint text NOT NULL DEFAULT 'none' CHECK (tint <> '')",
    'CREATE TABLE colours (id text PRIMARY KEY)',
    'CREATE INDEX ON meetings (start_time)',
  ])
    await sql.raw(statement).execute(db);
  const found = breaks(before, await readTables(db));
  expect(found.filter((text) => !text.startsWith('newly demanded')).sort()).toEqual([
    'meetings.link_revision is bigint, no longer integer',
    'meetings.name must be given, and is not',
    'meetings.title is gone',
    'schedules.colour must be given, and is not',
    'schedules.password_hash takes no null any more',
  ]);
  expect(found.filter((text) => text.startsWith('newly demanded'))).toEqual([
    expect.stringContaining('length(mode)'),
    expect.stringContaining('UNIQUE INDEX meetings_mode_idx'),
  ]);
});

test.each(['before', 'since'])('rooms made %s they got owners belong to whom their meetings do', async (made) => {
  // The version before may go on making them without.
  const db = await asBefore(made === 'before' ? '0020-recording-state' : '0021-owners-of-rooms');
  await sql`INSERT INTO api_keys (id, secret_hash, signing_secret) VALUES ('k', '', '')`.execute(db);
  const [main, room] = [randomUUID(), randomUUID()];
  const common = sql`'k', 'All', 'meeting', 'live', '{}'`;
  await sql`
    INSERT INTO meetings (id, parent_id, room_number, host_id, api_key_id, title, mode, status, settings)
      VALUES (${main}, NULL, NULL, 'ada', ${common}), (${room}, ${main}, 0, NULL, ${common})`.execute(db);
  await migrate(db);
  expect(await db.selectFrom('meetings').select(['id', 'host_id']).orderBy('room_number').execute()).toEqual([
    { id: room, host_id: 'ada' },
    { id: main, host_id: 'ada' },
  ]);
});

test('this version starts on the tables of a later one, and leaves them as they are', async () => {
  const db = await asBefore();
  await migrate(db);
  const later = '9999-later';
  await sql`INSERT INTO kysely_migration (name, timestamp) VALUES (${later}, ${new Date().toISOString()})`.execute(db);
  expect(await migrate(db)).toEqual([]);
  expect((await migrationStates(db)).at(-1)?.name).toBe(later);
});
