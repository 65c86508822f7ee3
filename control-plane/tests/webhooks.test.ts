import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLogger } from '@canopy/runtime/logger';
import { sql } from 'kysely';
import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createTestDatabase } from '../../local-mesh/src/testing/test-database.ts';
import { Sealer } from '../src/adapters/crypto/sealer.ts';
import { connectPostgres } from '../src/adapters/postgres/database.ts';
import { migrate } from '../src/adapters/postgres/migrate.ts';
import { PostgresWebhookRecords } from '../src/adapters/postgres/webhook-records.ts';
import type { Owner } from '../src/core/access/authorize.ts';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';
import { sealingKeys } from '../src/testing/sealing-keys.ts';
import { Visitor } from '../src/testing/visitor.ts';
import { type Received, receiver } from '../src/testing/webhook-receiver.ts';

/** Takes what it is sent, and never answers. */
async function silentReceiver() {
  let asked = 0;
  const server = createServer(() => asked++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const dispose = () => {
    server.closeAllConnections();
    server.close();
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, asked: () => asked, [Symbol.dispose]: dispose };
}

const made = z.object({ id: z.string(), secret: z.string() });
const deliveries = z.object({
  deliveries: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      status: z.string(),
      attempts: z.array(z.object({ httpStatus: z.number().nullable(), error: z.string().nullable() })),
    }),
  ),
});

const typesOf = (received: readonly Received[]) => received.map(({ body }) => String(JSON.parse(body).type)).toSorted();

it('tells what happens in a meeting, signed so that a receiver can verify it', async () => {
  await using mesh = await TestMesh.create();
  await mesh.edge('europe', 'eu-central-1');
  const server = await mesh.replica();
  await mesh.untilHeard([server], ['europe']);
  const { url, received } = await receiver();
  const { secret } = made.parse((await call(server.httpAddress, 'POST', '/v1/webhooks', { url })).body);
  const meetingId = await newMeeting(server.httpAddress, { title: 'Told' });
  const { client, participantId } = await joined(mesh, server, meetingId, 'Ada');
  await client.ask({ leave: {} });
  await call(server.httpAddress, 'POST', `/v1/meetings/${meetingId}/end`);
  const expected = ['meeting.ended', 'meeting.started', 'participant.joined', 'participant.left'];
  await expect.poll(() => typesOf(received), { timeout: 10_000 }).toEqual(expected);
  const verifier = new Webhook(secret);
  for (const { headers, body } of received) {
    expect(verifier.verify(body, headers as Record<string, string>)).toMatchObject({ data: { meetingId } });
    expect(() => verifier.verify(body.replace(meetingId, 'forged'), headers as Record<string, string>)).toThrow();
  }
  const join = received.map(({ body }) => JSON.parse(body)).find(({ type }) => type === 'participant.joined');
  expect(join).toMatchObject({ timestamp: expect.any(String), data: { participantId, name: 'Ada', role: 'host' } });
});

it('tells a user of their own plans only, and of those it is to hear of', async () => {
  await using mesh = await TestMesh.create();
  const { httpAddress } = await mesh.replica();
  const [ada, ben] = [await Visitor.signedUp(httpAddress, 'Ada'), await Visitor.signedUp(httpAddress, 'Ben')];
  const { url, received } = await receiver();
  const events = ['meeting.scheduled', 'meeting.cancelled'];
  const { id } = made.parse((await ada.ask('POST', '/v1/webhooks', { url, events })).body);
  const plan = { title: 'Plan', timeZone: 'UTC', start: '2037-01-01T10:00' };
  await ben.ask('POST', '/v1/schedules', { ...plan, title: 'Ben’s' });
  const { body: schedule } = await ada.ask('POST', '/v1/schedules', plan);
  await ada.ask('PATCH', `/v1/schedules/${String(schedule.id)}`, { title: 'Changed' });
  await ada.ask('DELETE', `/v1/schedules/${String(schedule.id)}`);
  await expect.poll(() => typesOf(received), { timeout: 10_000 }).toEqual(['meeting.cancelled', 'meeting.scheduled']);
  for (const { body } of received) expect(JSON.parse(body).data.scheduleId).toBe(schedule.id);
  for (const [method, path] of [
    ['GET', `/v1/webhooks/${id}/deliveries`],
    ['DELETE', `/v1/webhooks/${id}`],
  ] as const) {
    expect((await ben.ask(method, path)).status).toBe(404);
  }
  expect((await ada.ask('DELETE', `/v1/webhooks/${id}`)).status).toBe(204);
  expect((await ada.ask('GET', '/v1/webhooks')).body).toEqual({ webhooks: [] });
});

it('tries again until it is told, follows no redirect, and tells again on request', async () => {
  await using mesh = await TestMesh.create();
  const replicas = [await mesh.replica(), await mesh.replica()];
  const httpAddress = replicas[0]?.httpAddress ?? '';
  const ada = await Visitor.signedUp(httpAddress, 'Ada');
  const { url, received } = await receiver(302);
  const { id } = made.parse((await ada.ask('POST', '/v1/webhooks', { url, events: ['meeting.scheduled'] })).body);
  await ada.ask('POST', '/v1/schedules', { timeZone: 'UTC', start: '2037-01-01T10:00' });
  const look = async () => deliveries.parse((await ada.ask('GET', `/v1/webhooks/${id}/deliveries`)).body).deliveries[0];
  await expect.poll(async () => (await look())?.status, { timeout: 20_000 }).toBe('delivered');
  const delivery = await look();
  expect(delivery?.attempts.map(({ httpStatus }) => httpStatus)).toEqual([302, 204]);
  expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  const replay = await ada.ask('POST', `/v1/webhooks/${id}/deliveries/${delivery?.id}/replay`);
  expect(replay.status).toBe(204);
  await expect.poll(() => received.length, { timeout: 10_000 }).toBe(3);
});

it('lets a receiver that never answers hold up no other', async () => {
  await using mesh = await TestMesh.create();
  const { httpAddress } = await mesh.replica();
  const ada = await Visitor.signedUp(httpAddress, 'Ada');
  using silent = await silentReceiver();
  const { url } = silent;
  const { id } = made.parse((await ada.ask('POST', '/v1/webhooks', { url, events: ['meeting.cancelled'] })).body);
  await mesh.query(
    `INSERT INTO webhook_deliveries (webhook_id, type, payload, status)
     SELECT $1, 'meeting.cancelled', '{}', 'pending' FROM generate_series(1, 1000)`,
    [id],
  );
  await expect.poll(silent.asked, { timeout: 10_000 }).toBe(4);
  const { url: prompt, received } = await receiver();
  await ada.ask('POST', '/v1/webhooks', { url: prompt, events: ['meeting.scheduled'] });
  for (let count = 0; count < 10; count += 1)
    await ada.ask('POST', '/v1/schedules', { timeZone: 'UTC', start: '2037-01-01T10:00' });
  await expect.poll(() => received.length, { timeout: 10_000 }).toBe(10);
  expect(silent.asked()).toBe(4);
});

it('lets one owner with many receivers that never answer hold up nobody else', async () => {
  await using mesh = await TestMesh.create();
  const { httpAddress } = await mesh.replica();
  const [ada, ben] = [await Visitor.signedUp(httpAddress, 'Ada'), await Visitor.signedUp(httpAddress, 'Ben')];
  using silent = await silentReceiver();
  const { url } = silent;
  const { id } = made.parse((await ada.ask('POST', '/v1/webhooks', { url, events: ['meeting.cancelled'] })).body);
  await mesh.query(
    `WITH copies AS (
       INSERT INTO webhooks (id, api_key_id, host_id, url, secret, events)
       SELECT gen_random_uuid(), api_key_id, host_id, url, 'whsec_c2VjcmV0', events
       FROM webhooks, generate_series(1, 60) WHERE id = $1
       RETURNING id
     )
     INSERT INTO webhook_deliveries (webhook_id, type, payload, status)
     SELECT id, 'meeting.cancelled', '{}', 'pending' FROM copies, generate_series(1, 10)`,
    [id],
  );
  await expect.poll(silent.asked, { timeout: 10_000 }).toBeGreaterThanOrEqual(20);
  const { url: prompt, received } = await receiver();
  await ben.ask('POST', '/v1/webhooks', { url: prompt, events: ['meeting.scheduled'] });
  await ben.ask('POST', '/v1/schedules', { timeZone: 'UTC', start: '2037-01-01T10:00' });
  await expect.poll(() => received.length).toBe(1);
  expect(silent.asked()).toBe(20);
});

it('gives every owner a turn before anybody has another', async () => {
  await using database = await createTestDatabase();
  const db = connectPostgres({ url: database.url, timeoutMs: 10_000, maxConnections: 2 }, silentLogger);
  onTestFinished(() => db.destroy());
  await migrate(db);
  await sql`INSERT INTO api_keys (id, secret_hash, signing_secret) VALUES ('key', '', '')`.execute(db);
  const records = new PostgresWebhookRecords(db, new Sealer(sealingKeys('tests'), silentLogger));
  const [busy, patient] = [
    { apiKeyId: 'key', hostId: 'busy' },
    { apiKeyId: 'key', hostId: undefined },
  ];
  for (const owner of [busy, busy, busy, busy, patient])
    await records.create({ ...owner, id: randomUUID(), url: '', secret: '', events: [] });
  await sql`
    INSERT INTO webhook_deliveries (webhook_id, type, payload, status)
    SELECT id, '', '', 'pending' FROM webhooks, generate_series(1, 3)`.execute(db);
  const telling = new Map<string, { owner: Owner }>();
  const owners = async (most: number) => {
    const due = await records.claim({ most, ofOwner: 3, ofEach: 2, telling, forMs: 30_000 });
    for (const { webhookId, owner } of due) telling.set(webhookId, { owner });
    return due.map(({ owner }) => owner);
  };
  expect(await owners(2)).toHaveLength(4);
  expect([...telling.values()].map(({ owner }) => owner)).toEqual(expect.arrayContaining([busy, patient]));
  expect(await owners(10)).toEqual([busy, busy, busy, busy]);
  expect(await owners(10)).toEqual([]);
});

it('writes down why nobody could be told', async () => {
  await using mesh = await TestMesh.create();
  const { httpAddress } = await mesh.replica();
  const ada = await Visitor.signedUp(httpAddress, 'Ada');
  const { id } = made.parse((await ada.ask('POST', '/v1/webhooks', { url: 'http://127.0.0.1:9/' })).body);
  await ada.ask('POST', '/v1/schedules', { timeZone: 'UTC', start: '2037-01-01T10:00' });
  const look = async () => deliveries.parse((await ada.ask('GET', `/v1/webhooks/${id}/deliveries`)).body).deliveries;
  await expect
    .poll(look, { timeout: 10_000 })
    .toMatchObject([
      { status: 'pending', attempts: [{ httpStatus: null, error: expect.stringContaining('ECONNREFUSED') }] },
    ]);
});

it('calls nothing in its own network unless it is told that it may', async () => {
  await using mesh = await TestMesh.create({ config: { webhooksToPrivateAddresses: false } });
  const { httpAddress } = await mesh.replica();
  const ada = await Visitor.signedUp(httpAddress, 'Ada');
  const { port, received } = await receiver();
  for (const url of [
    `https://127.0.0.1:${port}/`,
    `https://localhost:${port}/`,
    'https://[::ffff:10.0.0.1]/',
    'http://93.184.215.14/',
  ])
    expect(codeOf(await ada.ask('POST', '/v1/webhooks', { url }))).toBe('ADDRESS_REFUSED');
  expect(codeOf(await ada.ask('POST', '/v1/webhooks', { url: 'file:///etc/passwd' }))).toBe('BAD_REQUEST');
  expect(received).toEqual([]);
});

it('has a limit', async () => {
  await using mesh = await TestMesh.create();
  const { httpAddress } = await mesh.replica();
  const ada = await Visitor.signedUp(httpAddress, 'Ada');
  const answers: number[] = [];
  for (let made = 0; made < 21; made += 1) {
    answers.push((await ada.ask('POST', '/v1/webhooks', { url: `http://127.0.0.1:9/${made}` })).status);
  }
  expect(answers.filter((status) => status === 201)).toHaveLength(20);
  expect(answers.at(-1)).toBe(429);
});
