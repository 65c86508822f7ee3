import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, test as anyTest, beforeAll, expect } from 'vitest';
import { z } from 'zod';
import { databaseUrl, execute } from '../../local-mesh/src/services/database.ts';
import { type Services, startServices } from '../../local-mesh/src/services/services.ts';
import { findPostgres } from '../../scripts/setup/programs.mjs';
import { ownServicesLeftOut } from '../../scripts/setup/services.mjs';
import type { ControlPlane } from '../src/context.ts';
import { call, newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { camera, sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined, published } from '../src/testing/people.ts';
import { sealingKeys } from '../src/testing/sealing-keys.ts';
import { Visitor } from '../src/testing/visitor.ts';

const run = promisify(execFile);
const test = anyTest.skipIf(ownServicesLeftOut(['PostgreSQL', 'Redis', 'NATS'], process.env));
const guide = join(import.meta.dirname, '../../docs/operations/backup.md');

let folder: string;
let lost: Services;
let fresh: Services;
let mesh: TestMesh;
let europe: FakeEdge;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'canopy-restore-'));
  const { REDIS_URL, NATS_URL } = process.env;
  const onlyPostgres = { env: { REDIS_URL, NATS_URL } };
  [lost, fresh] = await Promise.all([startServices(onlyPostgres), startServices(onlyPostgres)]);
  mesh = await TestMesh.create({ config: { databaseUrl: lost.databaseUrl } });
  europe = await mesh.edge('europe', 'eu-central-1');
  await mesh.edge('australia', 'ap-southeast-2');
});

afterAll(async () => {
  await mesh?.[Symbol.asyncDispose]();
  await Promise.all([lost?.stop(), fresh?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

/** Does what the guide says, word for word. */
async function follow(which: 'backup' | 'restore', env: Record<string, string>): Promise<void> {
  const [, commands] = new RegExp(`\`\`\`sh ${which}\n(.*?)\`\`\``, 's').exec(await readFile(guide, 'utf8')) ?? [];
  if (commands === undefined) throw new Error(`the guide has no commands for ${which}`);
  const path = `${findPostgres(process.env)}:${process.env.PATH}`;
  await run('sh', ['-euc', commands], { cwd: folder, env: { PATH: path, ...env } });
}

/** Each table with a digest of all its rows. */
async function digests(url: string): Promise<Record<string, string>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
    const found: Record<string, string> = {};
    for (const { tablename } of rows) {
      const { rows: digest } = await client.query(
        `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') AS digest FROM "${tablename}" t`,
      );
      found[tablename] = digest[0].digest;
    }
    return found;
  } finally {
    await client.end();
  }
}

/** Something of everything that lasts; returns how it looks to who may see it. */
async function fill(one: ControlPlane, meetingId: string) {
  const url = one.httpAddress;
  const made = async (path: string, request: object = {}) => {
    const { status, body } = await call(url, 'POST', path, request);
    expect([path, status]).toEqual([path, 201]);
    return body;
  };
  const ada = await Visitor.signedUp(url, 'Ada');
  const weekly = {
    title: 'Weekly',
    timeZone: 'Europe/Berlin',
    start: '2037-03-23T10:00',
    recurrence: 'FREQ=WEEKLY;COUNT=3',
  };
  expect((await ada.ask('POST', '/v1/schedules', weekly)).status).toBe(201);
  const key = await made('/v1/keys', { name: 'Shop', scopes: ['meetings', 'tokens'] });
  await made('/v1/webhooks', { url: 'http://127.0.0.1:9/hook', events: ['meeting.reminder'] });
  await made(`/v1/meetings/${meetingId}/recordings`);
  await made(`/v1/meetings/${meetingId}/breakouts`, { names: ['Red', 'Blue'] });
  await made(`/v1/meetings/${meetingId}/polls`, { question: 'Tea?', options: ['Yes', 'No'] });
  const shop = `Bearer ${String(key.id)}.${String(key.secret)}`;
  expect((await call(url, 'POST', '/v1/meetings', { title: 'Of the shop' }, shop)).status).toBe(201);
  return async ({ httpAddress }: ControlPlane) => {
    const visitor = ada.at(httpAddress);
    const read = async (path: string, by?: string) => (await call(httpAddress, 'GET', path, undefined, by)).body;
    return {
      schedules: (await visitor.ask('GET', '/v1/schedules')).body,
      messages: await read(`/v1/meetings/${meetingId}/messages`),
      recordings: await read(`/v1/meetings/${meetingId}/recordings`),
      breakouts: await read(`/v1/meetings/${meetingId}/breakouts`),
      polls: await read(`/v1/meetings/${meetingId}/polls`),
      webhooks: await read('/v1/webhooks'),
      keys: await read('/v1/keys'),
      audit: await read('/v1/audit'),
      ofTheShop: await read('/v1/meetings', shop),
    };
  };
}

test('what was backed up is all there after the database was lost, and who meets meanwhile goes on', async () => {
  const one = await startReplica(lost.databaseUrl);
  await mesh.untilHeard([one], ['europe', 'australia']);
  const meetingId = await newMeeting(one.httpAddress, { title: 'All of us' });
  const ada = await joined(mesh, one, meetingId, 'Ada');
  const track = await published(ada, camera);
  const said = {
    id: crypto.randomUUID(),
    scope: 'CHAT_SCOPE_EVERYONE',
    recipientId: '',
    text: 'hello',
    replyTo: '',
  } as const;
  expect((await ada.client.ask({ sendChat: said })).chatMessage?.text).toBe('hello');
  const look = await fill(one, meetingId);
  const seen = await look(one);
  const stored = await digests(lost.databaseUrl);
  await follow('backup', { DATABASE_URL: lost.databaseUrl });
  expect(await digests(lost.databaseUrl)).toEqual(stored);

  // Made too late for the backup.
  const young = await newMeeting(one.httpAddress);
  const cleo = await joined(mesh, one, young, 'Cleo');

  await lost.stop();
  // Edges hold newer plans than the backup knows.
  europe.highestEpoch = 7_000;
  europe.heartbeat();
  expect((await call(one.httpAddress, 'POST', '/v1/meetings', {})).status).toBe(503);
  expect((await ada.client.ask({ setMuted: { trackId: track, muted: true } })).done).toEqual({});
  expect([...(europe.session(meetingId, ada.participantId)?.tracks.keys() ?? [])]).toEqual([track]);
  await one[Symbol.asyncDispose]();

  const server = databaseUrl(fresh.databaseUrl, 'postgres');
  await execute(server, 'DROP DATABASE canopy');
  await follow('restore', { SERVER_URL: server, DATABASE_URL: `${fresh.databaseUrl}?application_name=restore` });
  expect(await digests(fresh.databaseUrl)).toEqual(stored);

  // The dump has the secrets, and not what they are sealed with.
  const keyless = mesh.replica({}, { databaseUrl: fresh.databaseUrl, sealingKeys: sealingKeys() });
  await expect(keyless).rejects.toThrow('CONTROL_SEALING_KEYS lacks "tests"');
  const two = await startReplica(fresh.databaseUrl);
  await mesh.untilHeard([two], ['europe', 'australia']);
  const back = await mesh.client(two);
  const { resumed } = await back.ask({ resume: { resumeToken: ada.answer.resumeToken, restartIce: false } });
  expect(resumed?.snapshot?.tracks.map(({ id }) => id)).toEqual([track]);
  expect(await look(two)).toEqual(seen);
  expect(europe.session(meetingId, ada.participantId)?.iceRestarts).toBe(0);

  const inYoung = await mesh.client(two);
  const { resumed: goesOn } = await inYoung.ask({
    resume: { resumeToken: cleo.answer.resumeToken, restartIce: false },
  });
  expect(goesOn).toBeDefined();
  expect(
    (await call(two.httpAddress, 'POST', `/v1/meetings/${young}/tokens`, { name: 'Dan', role: 'host' })).status,
  ).toBe(404);

  // What a replica remembers of edges when it starts may be two seconds old.
  await expect.poll(() => highestEpoch(two, 'europe')).toBe(7_000);
  // A newcomer elsewhere takes a new plan, which edges must not take for an old one.
  const ben = await joined(mesh, two, meetingId, 'Ben', { location: sydney });
  expect(ben.answer.edge?.id).toBe('australia');
  await expect.poll(() => europe.routes.get(meetingId)?.epoch).toBeGreaterThan(7_000);
});

const startReplica = (url: string) => mesh.replica({}, { databaseUrl: url });

/** What this replica has heard of an edge's plans. */
async function highestEpoch({ httpAddress }: ControlPlane, edgeId: string): Promise<number | undefined> {
  const { body } = await call(httpAddress, 'GET', '/v1/mesh');
  const edges = z.array(z.object({ id: z.string(), highestEpoch: z.number() })).parse(body.edges);
  return edges.find(({ id }) => id === edgeId)?.highestEpoch;
}
