import { randomUUID } from 'node:crypto';
import { silentLogger } from '@canopy/runtime/logger';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase } from '../../local-mesh/src/testing/test-database.ts';
import { connectPostgres } from '../src/adapters/postgres/database.ts';
import { migrate } from '../src/adapters/postgres/migrate.ts';
import { PostgresScheduleRecords } from '../src/adapters/postgres/schedule-records.ts';
import type { Schedule } from '../src/core/schedule/schedule.ts';
import type { WebhookEvent } from '../src/core/webhooks/events.ts';

const news: WebhookEvent = { type: 'meeting.updated', meetingId: randomUUID(), data: {} };
const oneOff = { title: undefined, startTime: undefined, durationMinutes: 30 };

async function planned(url: string) {
  const db = connectPostgres({ url, timeoutMs: 30_000, maxConnections: 5 }, silentLogger);
  onTestFinished(() => db.destroy());
  await migrate(db);
  await sql`INSERT INTO api_keys (id, secret_hash, signing_secret) VALUES ('key', '', '')`.execute(db);
  const records = new PostgresScheduleRecords(db);
  const schedule: Schedule = {
    id: randomUUID(),
    apiKeyId: 'key',
    hostId: undefined,
    title: 'Weekly',
    mode: 'meeting',
    timeZone: 'UTC',
    start: '2037-01-01T10:00',
    recurrence: undefined,
    durationMinutes: 60,
    settings: {},
    passwordHash: undefined,
    sequence: 0,
    status: 'active',
  };
  const meetingId = randomUUID();
  await records.create(schedule, [{ meetingId, start: Date.parse('2037-01-01T10:00Z') }], news);
  return { db, records, schedule, meetingId };
}

test.each([
  [
    'changed',
    (records: PostgresScheduleRecords, id: string, meetingId: string) =>
      records.changeOccurrence(id, meetingId, oneOff, news),
  ],
  [
    'cancelled',
    (records: PostgresScheduleRecords, id: string, meetingId: string) => records.cancelOccurrence(id, meetingId, news),
  ],
])('a meeting is %s while its series is cancelled: one waits for the other', async (_, touch) => {
  await using database = await createTestDatabase();
  const { db, records, schedule, meetingId } = await planned(database.url);
  const waiting = sql`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
  const untilWaiting = (many: number) =>
    expect.poll(async () => (await waiting.execute(db)).rows.length, { timeout: 20_000, interval: 20 }).toBe(many);
  const doing = await db.transaction().execute(async (busy) => {
    await busy.selectFrom('meetings').select('id').where('id', '=', meetingId).forUpdate().execute();
    const touched = touch(records, schedule.id, meetingId);
    touched.catch(() => undefined);
    await untilWaiting(1);
    const cancelled = records.cancel(schedule.id, news);
    cancelled.catch(() => undefined);
    await untilWaiting(2);
    return { touched, cancelled };
  });
  await Promise.all([doing.touched, doing.cancelled]);
  expect((await records.find(schedule.id))?.schedule).toMatchObject({ status: 'cancelled', sequence: 2 });
});

test('who cancels a meeting, or the series, twice at once cancels it once', async () => {
  await using database = await createTestDatabase();
  const { records, schedule, meetingId } = await planned(database.url);
  const twice = (work: () => Promise<readonly string[]>) => Promise.all([work(), work()]);
  const ended = await twice(() => records.cancelOccurrence(schedule.id, meetingId, news));
  expect(ended.flat()).toEqual([meetingId]);
  await twice(() => records.cancel(schedule.id, news));
  expect((await records.find(schedule.id))?.schedule).toMatchObject({ status: 'cancelled', sequence: 2 });
});

test('a meeting that has begun is not cancelled any more', async () => {
  await using database = await createTestDatabase();
  const { db, records, schedule, meetingId } = await planned(database.url);
  await db.updateTable('meetings').set({ status: 'live' }).where('id', '=', meetingId).execute();
  expect(await records.cancelOccurrence(schedule.id, meetingId, news)).toEqual([]);
  expect(await records.find(schedule.id)).toMatchObject({
    schedule: { sequence: 0 },
    occurrences: [{ meetingId, status: 'scheduled', meetingStatus: 'live' }],
  });
});
