import { randomUUID } from 'node:crypto';
import { silentLogger } from '@canopy/runtime/logger';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase } from '../../local-mesh/src/testing/test-database.ts';
import { PostgresBreakoutRecords } from '../src/adapters/postgres/breakout-records.ts';
import { connectPostgres } from '../src/adapters/postgres/database.ts';
import { PostgresMeetingRecords } from '../src/adapters/postgres/meeting-records.ts';
import { migrate } from '../src/adapters/postgres/migrate.ts';

test('a room that was ended by itself is none any more', async () => {
  await using database = await createTestDatabase();
  const db = connectPostgres({ url: database.url, timeoutMs: 10_000, maxConnections: 2 }, silentLogger);
  onTestFinished(() => db.destroy());
  await migrate(db);
  await sql`INSERT INTO api_keys (id, secret_hash, signing_secret) VALUES ('key', '', '')`.execute(db);
  const [meetings, records] = [new PostgresMeetingRecords(db), new PostgresBreakoutRecords(db)];
  const owner = { apiKeyId: 'key', hostId: undefined, passwordHash: undefined, startTime: undefined };
  const main = await meetings.create({ ...owner, id: randomUUID(), title: 'All', mode: 'meeting', settings: {} });
  const [red, blue] = [
    { id: randomUUID(), name: 'Red' },
    { id: randomUUID(), name: 'Blue' },
  ];
  await records.create(main, [red, blue], false);
  await meetings.end(red.id);
  expect((await records.find(main.id))?.rooms).toEqual([blue]);
});
