import { randomUUID } from 'node:crypto';
import { ChatScope } from '@canopy/proto/chat';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { keptLog } from '@canopy/runtime/testing/kept-log';
import type { Redis } from 'ioredis';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createTestDatabase } from '../../local-mesh/src/testing/test-database.ts';
import { connectPostgres, onPostgres } from '../src/adapters/postgres/database.ts';
import type { Database } from '../src/adapters/postgres/schema.ts';
import { connectRedis, onRedis } from '../src/adapters/redis/connection.ts';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';
import { StandingStill } from '../src/testing/standing-still.ts';

const owned = new AsyncDisposableStack();

afterAll(async () => {
  await owned.disposeAsync();
});

/** The code of what a use of a store fails with. */
const failureOf = (failing: Promise<unknown>) =>
  failing.then(
    () => 'ok',
    (error: unknown) => CanopyError.from(error).code,
  );

describe('PostgreSQL', () => {
  let url: string;
  let db: Kysely<Database>;

  const connected = (at: string, timeoutMs = 10_000) => {
    const made = connectPostgres({ url: at, timeoutMs, maxConnections: 2 }, silentLogger);
    owned.defer(() => made.destroy());
    return made;
  };

  beforeAll(async () => {
    ({ url } = owned.use(await createTestDatabase()));
    db = connected(url);
  });

  it.each([
    ['a statement that is none', () => sql`SELEKT 1`.execute(db)],
    ['a table that is not there', () => sql`SELECT * FROM nothing`.execute(db)],
    ['a value that does not fit', () => sql`SELECT 'x'::integer`.execute(db)],
    ['a parameter that can not be sent', () => sql`SELECT ${{ n: 1n }}::jsonb`.execute(db)],
    ['a row that can not be read', async () => z.object({ title: z.string() }).parse({})],
    ['a mistake of ours', () => Promise.reject(new Error('there is no such group'))],
  ])('%s is no matter of its being away', async (_, work) => {
    expect(await failureOf(onPostgres<unknown>(work))).toBe('INTERNAL');
  });

  const refused = (state: string) =>
    sql`DO ${sql.lit(`BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '${state}'; END`)}`.execute(db);

  it.each(['08006', '40001', '40P01', '53100', '53300', '57P01', '57P03', '58030', '25006', '55P03'])(
    'is not available where it refuses with %s',
    async (state) => {
      expect(await failureOf(onPostgres(() => refused(state)))).toBe('STATE_UNAVAILABLE');
    },
  );

  it('is not available where no answer comes, or none in time', async () => {
    const away = connected('postgres://127.0.0.1:1/nowhere');
    const hasty = connected(url, 300);
    const cutOff = () => sql`SELECT pg_terminate_backend(pg_backend_pid())`.execute(db);
    const slow = () => sql`SELECT pg_sleep(5)`.execute(hasty);
    for (const work of [() => sql`SELECT 1`.execute(away), slow, cutOff])
      expect(await failureOf(onPostgres(work))).toBe('STATE_UNAVAILABLE');
  });

  it('is asked for one connection at a time as long as it stands still', async () => {
    const still = owned.use(await StandingStill.at());
    const options = { url: `postgres://${still.address}/nowhere`, timeoutMs: 1_000, maxConnections: 8 };
    const stalled = connectPostgres(options, silentLogger);
    owned.defer(() => stalled.destroy());
    const ask = () => failureOf(onPostgres(() => sql`SELECT 1`.execute(stalled)));
    for (const taken of [8, 9, 10]) {
      const failures = await Promise.all(Array.from({ length: 8 }, ask));
      expect([...new Set(failures)]).toEqual(['STATE_UNAVAILABLE']);
      expect(still.taken).toBe(taken);
    }
  });
});

describe('Redis', () => {
  let redis: Redis;

  beforeAll(async () => {
    redis = connectRedis({ url: process.env.REDIS_URL ?? '', commandTimeoutMs: 10_000 }, silentLogger);
    owned.defer(() => redis.disconnect());
    await redis.connect();
  });

  const script = (text: string) => redis.eval(text, 1, 'canopy-store-failures');

  it.each([
    ['a script that fails', () => script('return nothing.at_all')],
    ['a script that is none', () => script('return return')],
    ['a command that is none', () => redis.call('NOSUCH')],
    [
      'a command on a key of another kind',
      () => script("redis.call('SET', KEYS[1], 1, 'PX', 1000) redis.call('HGET', KEYS[1], 'x')"),
    ],
    ['a mistake of ours', () => Promise.reject(new TypeError('undefined is not a function'))],
  ])('%s is no matter of its being away', async (_, work) => {
    expect(await failureOf(onRedis<unknown>(work))).toBe('INTERNAL');
  });

  it.each([
    'LOADING Redis is loading the dataset in memory',
    "READONLY You can't write against a read only replica.",
    "OOM command not allowed when used memory > 'maxmemory'. script: 9b, on @user_script:1.",
    'ERR Error running script (call to f_9b): @user_script:1: @user_script: 1: -MISCONF Redis is configured to save',
    'BUSY Redis is busy running a script.',
    'CLUSTERDOWN The cluster is down',
  ])('is not available where it says: %s', async (text) => {
    const answer = () => redis.eval('return redis.error_reply(ARGV[1])', 0, text);
    expect(await failureOf(onRedis(answer))).toBe('STATE_UNAVAILABLE');
  });

  it('is not available where no answer comes, or none in time', async () => {
    const away = connectRedis({ url: 'redis://127.0.0.1:1', commandTimeoutMs: 300 }, silentLogger);
    owned.defer(() => away.disconnect());
    const slow = () => redis.duplicate({ commandTimeout: 100 }).blpop('canopy-nobody-pushes', 1);
    for (const work of [() => away.connect(), () => away.ping(), slow])
      expect(await failureOf(onRedis<unknown>(work))).toBe('STATE_UNAVAILABLE');
  });
});

describe('a statement that the tables do not take', () => {
  it('is a failure of ours to whoever asked, over HTTP and WebSocket, and is logged with its cause', async () => {
    const mesh = owned.use(await TestMesh.create());
    const { logger, written } = keptLog('control-plane');
    const replica = await mesh.replica({ logger });
    await mesh.edge('europe', 'eu-central-1');
    await mesh.untilHeard([replica], ['europe']);
    const meetingId = await newMeeting(replica.httpAddress);
    const { client } = await joined(mesh, replica, meetingId, 'Ada');
    await mesh.query('ALTER TABLE chat_messages RENAME COLUMN text TO words');
    const sent = await client.ask({
      sendChat: { id: randomUUID(), scope: ChatScope.EVERYONE, recipientId: '', replyTo: '', text: 'hello' },
    });
    expect(sent.error).toMatchObject({ code: 'INTERNAL', retryable: false });
    await mesh.query('ALTER TABLE meetings RENAME COLUMN title TO name');
    const asked = await call(replica.httpAddress, 'POST', '/v1/meetings', {});
    expect([asked.status, codeOf(asked)]).toEqual([500, 'INTERNAL']);
    const lines = written().split('\n');
    const why = (told: string) => lines.find((line) => line.includes(told));
    expect(why('a message failed')).toContain('of relation \\"chat_messages\\" does not exist');
    expect(why('a request failed')).toContain('does not exist');
  });
});
