import { randomUUID } from 'node:crypto';
import { silentLogger } from '@canopy/runtime/logger';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../local-mesh/src/testing/test-database.ts';
import { connectPostgres } from '../src/adapters/postgres/database.ts';
import { migrate } from '../src/adapters/postgres/migrate.ts';
import { PostgresQuestionRecords } from '../src/adapters/postgres/question-records.ts';
import { PostgresRegistrationRecords } from '../src/adapters/postgres/registration-records.ts';

const crowd = Array.from({ length: 30 }, (_, index) => `person ${index}`);

test('a crowd that votes for one question, or registers for one meeting, leaves connections to everybody else', async () => {
  await using database = await createTestDatabase();
  const at = { url: database.url, timeoutMs: 20_000 };
  await using owned = new AsyncDisposableStack();
  const [db, other] = [10, 1].map((maxConnections) => connectPostgres({ ...at, maxConnections }, silentLogger));
  if (db === undefined || other === undefined) throw new Error('no database');
  for (const one of [db, other]) owned.defer(() => one.destroy());
  await migrate(db);
  const [meetingId, questionId] = [randomUUID(), randomUUID()];
  await sql`INSERT INTO api_keys (id, secret_hash, signing_secret) VALUES ('k', '', '')`.execute(other);
  await sql`INSERT INTO meetings (id, api_key_id, title, mode, status, settings)
    VALUES (${meetingId}, 'k', '', 'webinar', 'live', '{}')`.execute(other);
  const questions = new PostgresQuestionRecords(db);
  const registrations = new PostgresRegistrationRecords(db);
  const asked = { id: questionId, meetingId, askerId: 'a', askerName: 'A', anonymous: false, text: 'When?' };
  await questions.add(asked, { ofPerson: 9, ofMeeting: 9 });

  const held = await other.startTransaction().execute();
  await sql`SELECT FROM questions FOR UPDATE`.execute(held);
  await sql`SELECT FROM meetings FOR UPDATE`.execute(held);
  const votes = crowd.map((person) => questions.vote(meetingId, questionId, person, true));
  const registered = crowd.map((name) => registrations.add(meetingId, { id: randomUUID(), name, email: 'a@b.org' }));
  // Answered while all of them wait.
  expect(await registrations.count(meetingId)).toBe(0);
  await held.rollback().execute();
  expect(await Promise.all(votes)).toEqual(crowd.map(() => true));
  await Promise.all(registered);
  expect(await registrations.count(meetingId)).toBe(crowd.length);
  expect((await questions.find(meetingId, questionId))?.votes).toBe(crowd.length);
});
