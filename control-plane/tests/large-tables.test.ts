import { randomUUID } from 'node:crypto';
import { silentLogger } from '@canopy/runtime/logger';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../local-mesh/src/testing/test-database.ts';
import { Sealer } from '../src/adapters/crypto/sealer.ts';
import { PostgresAccountRecords } from '../src/adapters/postgres/account-records.ts';
import { PostgresCompositionJobs } from '../src/adapters/postgres/composition-jobs.ts';
import { connectPostgres } from '../src/adapters/postgres/database.ts';
import { PostgresMeetingRecords } from '../src/adapters/postgres/meeting-records.ts';
import { migrate } from '../src/adapters/postgres/migrate.ts';
import { PostgresRecordingRecords } from '../src/adapters/postgres/recording-records.ts';
import { PostgresScheduleRecords } from '../src/adapters/postgres/schedule-records.ts';
import type { Database } from '../src/adapters/postgres/schema.ts';
import { PostgresWebhookRecords } from '../src/adapters/postgres/webhook-records.ts';
import { sealingKeys } from '../src/testing/sealing-keys.ts';

/** Rows of a table that PostgreSQL rather looks up than reads. */
const many = 50_000;
/** Of some indexes, from their roots to what is looked for. */
const fewPages = 150;
const minutes = 60_000;
const days = 86_400_000;
const owner = { apiKeyId: 'key', hostId: undefined };
const sealer = new Sealer(sealingKeys('tests'), silentLogger);

let closing: AsyncDisposableStack;
/** Over one connection, which knows of all that was read. */
let db: Kysely<Database>;

beforeAll(async () => {
  closing = new AsyncDisposableStack();
  const database = closing.use(await createTestDatabase());
  const options = { url: database.url, timeoutMs: 60_000 };
  const migrating = connectPostgres({ ...options, maxConnections: 2 }, silentLogger);
  await migrate(migrating);
  await migrating.destroy();
  db = connectPostgres({ ...options, maxConnections: 1 }, silentLogger);
  closing.defer(() => db.destroy());
  // It would look at pages as well.
  for (const table of ['users', 'meetings', 'recordings', 'webhook_deliveries', 'user_identities', 'breakout_places'])
    await sql`ALTER TABLE ${sql.table(table)} SET (autovacuum_enabled = off)`.execute(db);
});

afterAll(() => closing.disposeAsync());

beforeEach(async () => {
  await sql`TRUNCATE api_keys, users CASCADE`.execute(db);
  await sql`DROP TABLE IF EXISTS written`.execute(db);
  await sql`INSERT INTO api_keys (id, secret_hash, signing_secret) VALUES ('key', '', '')`.execute(db);
});

async function count(table: keyof Database): Promise<number> {
  const { rows } = await sql<{ rows: string }>`SELECT count(*) AS rows FROM ${sql.table(table)}`.execute(db);
  return Number(rows[0]?.rows);
}

/** How many pages of these tables and of their indexes are looked at meanwhile; one has a hundred rows or more. */
async function pagesRead(tables: (keyof Database)[], work: () => Promise<unknown>): Promise<number> {
  await sql`ANALYZE`.execute(db);
  const soFar = async () => {
    await sql`SELECT pg_stat_force_next_flush()`.execute(db);
    const { rows } = await sql<{ read: string }>`
      SELECT sum(heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read) AS read
      FROM pg_statio_user_tables WHERE relname = ANY (${tables})`.execute(db);
    return Number(rows[0]?.read);
  };
  const before = await soFar();
  await work();
  return (await soFar()) - before;
}

/** From now on: how many rows of a table each statement deletes, or changes. A statement after the `most`th row fails. */
async function written(what: 'DELETE' | 'UPDATE', table: keyof Database, most = Number.MAX_SAFE_INTEGER) {
  const name = sql.table(table);
  await sql`CREATE TABLE written (at_once bigint NOT NULL)`.execute(db);
  await sql`
    CREATE OR REPLACE FUNCTION note_written() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (SELECT coalesce(sum(at_once), 0) FROM written) >= ${sql.lit(most)} THEN
        RAISE EXCEPTION 'enough' USING ERRCODE = 'query_canceled';
      END IF;
      INSERT INTO written SELECT count(*) FROM old_rows;
      RETURN NULL;
    END $$`.execute(db);
  await sql`
    CREATE TRIGGER note_written AFTER ${sql.raw(what)} ON ${name} REFERENCING OLD TABLE AS old_rows
      FOR EACH STATEMENT EXECUTE FUNCTION note_written()`.execute(db);
  const stop = async () => {
    await sql`DROP TRIGGER IF EXISTS note_written ON ${name}`.execute(db);
  };
  return {
    stop,
    [Symbol.asyncDispose]: stop,
    atOnce: async () => {
      const { rows } = await sql<{ most: string }>`SELECT max(at_once) AS most FROM written`.execute(db);
      return Number(rows[0]?.most);
    },
  };
}

async function aMeeting(hostId: string | null = null): Promise<string> {
  const id = randomUUID();
  await sql`
    INSERT INTO meetings (id, api_key_id, host_id, title, mode, status, settings)
    VALUES (${id}, 'key', ${hostId}, '', 'meeting', 'ended', '{}')`.execute(db);
  return id;
}

describe('webhooks', () => {
  const told = (webhookId: string, messages: number, status: string, ageDays: number) =>
    sql`
      WITH told AS (
        INSERT INTO webhook_deliveries (webhook_id, type, payload, status, created_at)
        SELECT ${webhookId}, '', '', ${status}, now() - ${ageDays} * interval '1 day' - i * interval '1 second'
        FROM generate_series(1, ${messages}) AS i
        RETURNING id
      )
      INSERT INTO webhook_attempts (delivery_id, duration_ms) SELECT id, 1 FROM told`.execute(db);

  async function aWebhook(records: PostgresWebhookRecords): Promise<string> {
    const id = randomUUID();
    await records.create({ ...owner, id, url: 'http://127.0.0.1:9/', secret: '', events: [] });
    return id;
  }

  it('has old messages forgotten in batches, however many, and nothing else', async () => {
    const records = new PostgresWebhookRecords(db, sealer);
    const webhookId = await aWebhook(records);
    await told(webhookId, 2_500, 'delivered', 31);
    await told(webhookId, 10, 'pending', 31);
    await told(webhookId, 10, 'failed', 29);
    await using gone = await written('DELETE', 'webhook_deliveries');
    await records.forget(30 * days);
    expect([await count('webhook_deliveries'), await count('webhook_attempts')]).toEqual([20, 20]);
    expect(await gone.atOnce()).toBe(1_000);
  });

  it('has old messages looked up among many', async () => {
    const records = new PostgresWebhookRecords(db, sealer);
    await told(await aWebhook(records), many, 'delivered', 1);
    expect(await pagesRead(['webhook_deliveries'], () => records.forget(30 * days))).toBeLessThan(fewPages);
  });

  it('are looked up among those of all other hosts when there is something to tell, and told without a look at those with nothing', async () => {
    const [records, recordings] = [new PostgresWebhookRecords(db, sealer), new PostgresRecordingRecords(db)];
    await sql`
      INSERT INTO webhooks (id, api_key_id, host_id, url, secret, events)
      SELECT gen_random_uuid(), 'key', i, 'http://127.0.0.1:9/', '', '{}' FROM generate_series(1, ${many}) AS i`.execute(
      db,
    );
    const [own, keys] = [randomUUID(), await aWebhook(records)];
    await records.create({ ...owner, hostId: 'ada', id: own, url: 'http://127.0.0.1:9/', secret: '', events: [] });
    const meetings = [await aMeeting('ada'), await aMeeting()];
    let told: string[] = [];
    const pages = await pagesRead(['webhooks', 'webhook_deliveries'], async () => {
      for (const meetingId of meetings) await recordings.begin(meetingId, randomUUID());
      const due = await records.claim({ most: 9, ofOwner: 9, ofEach: 9, telling: new Map(), forMs: 30_000 });
      told = due.map(({ webhookId }) => webhookId);
    });
    expect(told.sort()).toEqual([own, keys].sort());
    expect(pages).toBeLessThan(fewPages);
  });

  it('removes one with its messages in batches', async () => {
    const records = new PostgresWebhookRecords(db, sealer);
    const [busy, other] = [await aWebhook(records), await aWebhook(records)];
    await told(busy, 2_500, 'delivered', 1);
    await told(other, 5, 'delivered', 1);
    await using gone = await written('DELETE', 'webhook_deliveries');
    await records.remove(busy);
    expect((await records.list(owner)).map(({ id }) => id)).toEqual([other]);
    expect([await records.find(busy), await count('webhook_deliveries')]).toEqual([undefined, 5]);
    expect(await gone.atOnce()).toBe(1_000);
  });

  it('calls one no more whose removal did not get to the end, which it does later', async () => {
    const records = new PostgresWebhookRecords(db, sealer);
    const webhookId = await aWebhook(records);
    await told(webhookId, 2_500, 'pending', 1);
    await using gone = await written('DELETE', 'webhook_deliveries', 1_000);
    await expect(records.remove(webhookId)).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
    await gone.stop();
    expect(await count('webhook_deliveries')).toBe(1_500);
    expect(await records.list(owner)).toEqual([]);
    expect(await records.claim({ most: 9, ofOwner: 9, ofEach: 9, telling: new Map(), forMs: 30_000 })).toEqual([]);
    // Nor is it told anything new.
    await new PostgresRecordingRecords(db).begin(await aMeeting(), randomUUID());
    expect(await count('webhook_deliveries')).toBe(1_500);
    await records.forget(30 * days);
    expect([await count('webhooks'), await count('webhook_deliveries')]).toEqual([0, 0]);
  });
});

describe('an account', () => {
  async function aUser(records: PostgresAccountRecords): Promise<string> {
    const id = randomUUID();
    const unknown = { email: undefined, language: undefined, passwordHash: undefined };
    await records.create({ ...unknown, id, name: 'Ada', handle: id }, { issuer: 'https://idp', subject: id });
    return id;
  }

  const meetings = (hostId: string, howMany: number) =>
    sql`
      INSERT INTO meetings (id, api_key_id, host_id, title, mode, status, settings)
      SELECT gen_random_uuid(), 'key', ${hostId}, '', 'meeting', 'ended', '{}' FROM generate_series(1, ${howMany})
    `.execute(db);

  it('goes with its meetings in batches, itself at last: what failed in between is done again', async () => {
    const records = new PostgresAccountRecords(db);
    const [ada, ben] = [await aUser(records), await aUser(records)];
    await meetings(ada, 100);
    await meetings(ben, 1);
    await using gone = await written('DELETE', 'meetings', 60);
    await expect(records.remove(ada)).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
    expect([(await records.find(ada))?.id, await count('meetings')]).toEqual([ada, 41]);
    expect(await gone.atOnce()).toBe(5);
    await gone.stop();
    await records.remove(ada);
    expect([await records.find(ada), await count('meetings')]).toEqual([undefined, 1]);
    expect((await records.find(ben))?.id).toBe(ben);
  });

  it('goes without a look at all others, nor at all places in breakout rooms', async () => {
    const records = new PostgresAccountRecords(db);
    const ada = await aUser(records);
    await meetings(ada, 10);
    await sql`
      WITH others AS (
        INSERT INTO users (id, handle, name) SELECT gen_random_uuid(), i, '' FROM generate_series(1, ${many}) AS i RETURNING id
      )
      INSERT INTO user_identities (issuer, subject, user_id) SELECT 'https://idp', id, id FROM others`.execute(db);
    const [main, room] = [await aMeeting(), await aMeeting()];
    await sql`INSERT INTO breakouts (meeting_id, self_chosen) VALUES (${main}, false)`.execute(db);
    await sql`
      INSERT INTO breakout_places (meeting_id, participant_id, name, room_id)
      SELECT ${main}, i, '', ${room} FROM generate_series(1, ${many}) AS i`.execute(db);
    const pages = await pagesRead(['users', 'user_identities', 'breakout_places'], () => records.remove(ada));
    expect(pages).toBeLessThan(fewPages);
  });
});

describe('recordings', () => {
  /** Many that are done with, one after the other. */
  beforeEach(async () => {
    await sql`
      INSERT INTO recordings (id, meeting_id, status, composition, started_at, ended_at, revision, told_revision)
      SELECT gen_random_uuid(), ${await aMeeting()}, 'stopped', 'ready', now(), now() - i * interval '1 minute', 1, 1
      FROM generate_series(1, ${many}) AS i`.execute(db);
  });

  it('are looked up among many: those that run, that an edge has, and of whose state their meetings may not know', async () => {
    const records = new PostgresRecordingRecords(db);
    const [running, written, untold] = [randomUUID(), randomUUID(), randomUUID()];
    await records.begin(await aMeeting(), running);
    await sql`
      INSERT INTO recordings (id, meeting_id, status, edge_id, revision, told_revision)
      VALUES (${written}, ${await aMeeting()}, 'stopped', 'fra-1', 1, 1),
        (${untold}, ${await aMeeting()}, 'stopped', NULL, 2, 1)`.execute(db);
    let found: string[] = [];
    const pages = await pagesRead(['recordings'], async () => {
      found = (await records.unfinished()).map(({ id }) => id);
    });
    expect(found.sort()).toEqual([running, written, untold].sort());
    expect(pages).toBeLessThan(fewPages);
  });

  it('are looked up among many: those to compose, and those to take away', async () => {
    const jobs = new PostgresCompositionJobs(db, 'one');
    const [waiting, deleted] = [randomUUID(), randomUUID()];
    await sql`
      INSERT INTO recordings (id, meeting_id, status, ended_at, deleted_at)
      VALUES (${waiting}, ${await aMeeting()}, 'stopped', now(), NULL),
        (${deleted}, ${await aMeeting()}, 'stopped', now() - interval '1 hour', now())`.execute(db);
    let found: unknown[] = [];
    const pages = await pagesRead(['recordings'], async () => {
      await jobs.expire(400 * days);
      found = [(await jobs.claim())?.id, ...(await jobs.deleted())];
    });
    expect(found).toEqual([waiting, deleted]);
    expect(pages).toBeLessThan(fewPages);
  });

  it('are deleted in batches when they are too old, however many, and no others', async () => {
    await using deleted = await written('UPDATE', 'recordings');
    const kept = many - 250;
    await new PostgresCompositionJobs(db, 'one').expire((kept + 0.5) * minutes);
    expect(await deleted.atOnce()).toBe(100);
    const left = db.selectFrom('recordings').select('id').where('deleted_at', 'is', null);
    expect(await left.execute()).toHaveLength(kept);
  });
});

describe('a page of a list', () => {
  const [mine, others] = ['key', 'other'];

  /** Meetings of a key, the newest a minute old, each of an hour that began when it was made. */
  const meetings = (apiKeyId: string, howMany: number, status: string) =>
    sql`
      INSERT INTO meetings (id, api_key_id, title, mode, status, settings, created_at, start_time)
      SELECT gen_random_uuid(), ${apiKeyId}, '', 'meeting', ${status}, '{}', at, at
      FROM generate_series(1, ${howMany}) AS i CROSS JOIN LATERAL (SELECT now() - i * interval '1 minute' AS at) AS t
    `.execute(db);

  beforeEach(async () => {
    await sql`INSERT INTO api_keys (id, secret_hash, signing_secret) VALUES (${others}, '', '')`.execute(db);
    await meetings(mine, many, 'ended');
  });

  it.each([
    ['a key', owner],
    ['operators', undefined],
  ])('has the few live meetings of %s found among all that are over', async (_whose, whose) => {
    await meetings(mine, 3, 'live');
    const query = { status: 'live' as const, owner: whose, limit: 50, olderThan: undefined, ids: undefined };
    let found = 0;
    const pages = await pagesRead(['meetings'], async () => {
      found = (await new PostgresMeetingRecords(db).latest(query)).length;
    });
    expect(found).toBe(3);
    expect(pages).toBeLessThan(fewPages);
  });

  it("has a day of a key's calendar found among all its days", async () => {
    await sql`
      WITH series AS (
        INSERT INTO schedules (id, api_key_id, title, mode, time_zone, start, duration_minutes, settings, status)
        VALUES (gen_random_uuid(), 'key', '', 'meeting', 'UTC', '2027-01-01T10:00', 60, '{}', 'active') RETURNING id
      )
      INSERT INTO occurrences (schedule_id, meeting_id, original_start, duration_minutes, status)
      SELECT series.id, meetings.id, start_time, 60, 'scheduled' FROM series, meetings`.execute(db);
    const hourAgo = Date.now() - 60 * minutes;
    let found = 0;
    const pages = await pagesRead(['meetings'], async () => {
      found = (await new PostgresScheduleRecords(db).between(owner, hourAgo, Date.now(), 50)).length;
    });
    expect(found).toBe(50);
    expect(pages).toBeLessThan(600);
  });

  it('has the latest recordings of a key found among all there are', async () => {
    await sql`
      INSERT INTO recordings (id, meeting_id, status, started_at)
      SELECT gen_random_uuid(), id, 'stopped', created_at FROM meetings`.execute(db);
    let found = 0;
    const pages = await pagesRead(['recordings', 'meetings'], async () => {
      found = (await new PostgresRecordingRecords(db).listOf(owner, 20)).length;
    });
    expect(found).toBe(20);
    expect(pages).toBeLessThan(fewPages);
  });
});

it('counts the schedules of an owner that are open without a look at all that are over', async () => {
  const schedule = sql`'key', '', 'meeting', 'UTC', '2027-01-01T10:00', 60, '{}', 'active'`;
  await sql`
    WITH series AS (
      INSERT INTO schedules (id, api_key_id, title, mode, time_zone, start, duration_minutes, settings, status)
      SELECT gen_random_uuid(), ${schedule} FROM generate_series(1, 100) RETURNING id
    ), planned AS (
      INSERT INTO meetings (id, api_key_id, title, mode, status, settings, start_time)
      SELECT gen_random_uuid(), 'key', id, 'meeting', 'scheduled', '{}', now() - day * interval '1 day'
      FROM series, generate_series(2, ${many / 100}) AS day RETURNING id, title
    )
    INSERT INTO occurrences (schedule_id, meeting_id, original_start, duration_minutes, status)
    SELECT title::uuid, id, now(), 1440, 'scheduled' FROM planned`.execute(db);
  await sql`UPDATE meetings SET start_time = now() - interval '23 hours' WHERE id = (SELECT id FROM meetings LIMIT 1)`.execute(
    db,
  );
  const records = new PostgresScheduleRecords(db);
  let open = 0;
  const pages = await pagesRead(['meetings'], async () => {
    open = await records.countOpen(owner, Date.now());
  });
  expect(open).toBe(1);
  expect(pages).toBeLessThan(fewPages);
});
