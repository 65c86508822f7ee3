import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@canopy/runtime/env';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { keySecretsOf } from '../src/adapters/crypto/api-key-secrets.ts';
import { joinTokens } from '../src/adapters/crypto/join-tokens.ts';
import { call, codeOf, newMeeting, testApiKey } from '../src/testing/api.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { sealingKeys } from '../src/testing/sealing-keys.ts';
import { type Received, receiver } from '../src/testing/webhook-receiver.ts';

const made = z.object({ id: z.string(), secret: z.string() });
type Made = z.infer<typeof made>;

const newWebhook = async (at: string, url: string): Promise<Made> =>
  made.parse((await call(at, 'POST', '/v1/webhooks', { url, events: ['meeting.ended'] })).body);

const newKey = async (at: string): Promise<Made> =>
  made.parse((await call(at, 'POST', '/v1/keys', { name: 'Shop', scopes: ['meetings', 'tokens'] })).body);

/** Throws for what is not. */
const isSignedWith = ({ secret }: Made, { headers, body }: Received): boolean =>
  new Webhook(secret).verify(body, headers as Record<string, string>) !== undefined;

/** Something to tell webhooks of. */
async function endMeeting(at: string): Promise<void> {
  const meetingId = await newMeeting(at);
  expect((await call(at, 'POST', `/v1/meetings/${meetingId}/end`)).status).toBe(200);
}

/** Whether what a customer signs with a key of their own opens a meeting of theirs. */
async function opens({ id, secret }: Made, at: string): Promise<unknown> {
  const answered = await call(at, 'POST', '/v1/meetings', {}, `Bearer ${id}.${secret}`);
  if (answered.status !== 201) return codeOf(answered);
  const claims = { participantId: 'p1', role: 'host', name: 'Ada', userId: undefined } as const;
  const key = { id, ...keySecretsOf(secret) };
  const meetingId = String(answered.body.id);
  const token = await joinTokens.sign({ ...claims, meetingId }, key, Date.now() + 60_000);
  const answer = await call(at, 'GET', `/v1/meetings/${meetingId}`, undefined, `Bearer ${token}`);
  return codeOf(answer) ?? answer.status;
}

/** Every secret as the table has it. */
async function kept(mesh: TestMesh): Promise<string[]> {
  const rows = await mesh.query(
    `SELECT secret FROM webhooks UNION ALL SELECT signing_secret FROM api_keys
     UNION ALL SELECT previous_signing_secret FROM api_keys WHERE previous_signing_secret IS NOT NULL`,
  );
  return rows.map(({ secret }) => String(secret));
}

/** With which keys they are sealed. */
const headsOf = async (mesh: TestMesh) => [
  ...new Set((await kept(mesh)).map((one) => /^sealed:v1:\w+/.exec(one)?.[0] ?? 'clear')),
];

const secretsSeen = async (at: string) => (await call(at, 'GET', '/v1/health')).body.secrets;

test('what signs is sealed in the database, and signs as ever', async () => {
  await using mesh = await TestMesh.create();
  const { httpAddress: at } = await mesh.replica();
  const { url, received } = await receiver();
  const webhook = await newWebhook(at, url);
  const before = await newKey(at);
  const after = made.parse((await call(at, 'POST', `/v1/keys/${before.id}/rotate`, {})).body);
  await endMeeting(at);
  await expect.poll(() => received.length, { timeout: 10_000 }).toBe(1);
  for (const told of received) expect(isSignedWith(webhook, told)).toBe(true);
  expect([await opens(before, at), await opens(after, at)]).toEqual([200, 200]);

  const inTables = await kept(mesh);
  expect(inTables.filter((one) => !/^sealed:v1:tests:[\w-]+$/.test(one))).toEqual([]);
  const clear = [webhook.secret, ...[before, after].map(({ secret }) => keySecretsOf(secret).signingSecret)];
  expect(clear.filter((secret) => inTables.some((one) => one.includes(secret)))).toEqual([]);
  expect(await secretsSeen(at)).toEqual({ sealing: true, kept: inTables.length, behind: 0, missingKeys: [] });
});

test('replicas get keys, other keys and none again, one after the other, and neither of two lacks a secret', async () => {
  await using mesh = await TestMesh.create();
  const replica = (...ids: string[]) => mesh.replica({}, { sealingKeys: sealingKeys(...ids) });
  const { url, received } = await receiver();
  let before = await replica();
  const webhook = await newWebhook(before.httpAddress, url);
  const [key, rotated] = [await newKey(before.httpAddress), await newKey(before.httpAddress)];
  await call(before.httpAddress, 'POST', `/v1/keys/${rotated.id}/rotate`, {});
  expect(await secretsSeen(before.httpAddress)).toEqual({ sealing: false, kept: 6, behind: 0, missingKeys: [] });
  const clear = await kept(mesh);
  const steps: [ids: string[], heads: string[]][] = [
    [['clear', 'k1'], ['clear']],
    [['k1'], ['sealed:v1:k1']],
    [['k1', 'k2'], ['sealed:v1:k1']],
    [['k2', 'k1'], ['sealed:v1:k2']],
    // Until nobody seals with the former key any more, and one more has started.
    [['k2', 'k1'], ['sealed:v1:k2']],
    [['k2'], ['sealed:v1:k2']],
    [['clear', 'k2'], ['clear']],
    [['clear', 'k2'], ['clear']],
  ];
  for (const [ids, heads] of steps) {
    const after = await replica(...ids);
    expect([ids, await headsOf(mesh)]).toEqual([ids, heads]);
    for (const [one, other] of [[before, after] as const, [after, before] as const]) {
      expect(await opens(key, one.httpAddress)).toBe(200);
      expect(await opens(await newKey(one.httpAddress), other.httpAddress)).toBe(200);
    }
    await before[Symbol.asyncDispose]();
    before = after;
  }
  expect(await kept(mesh)).toEqual(expect.arrayContaining(clear));
  await endMeeting(before.httpAddress);
  await expect.poll(() => received.length, { timeout: 10_000 }).toBe(1);
  for (const told of received) expect(isSignedWith(webhook, told)).toBe(true);
});

test('a secret put into another row signs nothing, and keeps nobody else from being told', async () => {
  await using mesh = await TestMesh.create();
  const { httpAddress: at } = await mesh.replica();
  const [sound, swapped] = [await receiver(), await receiver()];
  const [mine, theirs] = [await newWebhook(at, sound.url), await newWebhook(at, swapped.url)];
  const [shop, eve] = [await newKey(at), await newKey(at)];
  await mesh.query('UPDATE webhooks SET secret = (SELECT secret FROM webhooks WHERE id = $1) WHERE id = $2', [
    mine.id,
    theirs.id,
  ]);
  await mesh.query(
    'UPDATE api_keys SET signing_secret = (SELECT signing_secret FROM api_keys WHERE id = $1) WHERE id = $2',
    [eve.id, shop.id],
  );
  await endMeeting(at);
  await expect.poll(() => sound.received.length, { timeout: 10_000 }).toBe(1);
  const attempts = async () => (await call(at, 'GET', `/v1/webhooks/${theirs.id}/deliveries`)).body;
  await expect
    .poll(attempts, { timeout: 10_000 })
    .toMatchObject({ deliveries: [{ status: 'pending', attempts: [{ error: expect.stringContaining('opened') }] }] });
  expect(swapped.received).toEqual([]);
  expect([await opens(eve, at), await opens(shop, at)]).toEqual([200, 'SECRET_SEALED']);
});

test('a replica without the keys does not start, and says which it lacks and where that is told', async () => {
  await using mesh = await TestMesh.create();
  await mesh.replica();
  for (const keys of [sealingKeys(), sealingKeys('others')]) {
    const start = mesh.replica({}, { sealingKeys: keys });
    await expect(start).rejects.toThrow(ConfigError);
    await expect(start).rejects.toThrow(/CONTROL_SEALING_KEYS lacks "tests".*secrets\.md/);
  }
});

test('where the keys are lost, the guide has replicas start without, and new secrets are given out', async () => {
  const guide = await readFile(join(import.meta.dirname, '../../docs/operations/secrets.md'), 'utf8');
  const [, statements = ''] = /```sql lost\n(.*?)```/s.exec(guide) ?? [];
  await using mesh = await TestMesh.create();
  const one = await mesh.replica();
  await newWebhook(one.httpAddress, 'http://127.0.0.1:9/hook');
  const shop = await newKey(one.httpAddress);
  await one[Symbol.asyncDispose]();
  await mesh.query(statements);
  const { httpAddress: at } = await mesh.replica({}, { sealingKeys: sealingKeys('others') });
  expect((await call(at, 'GET', '/v1/webhooks')).body).toEqual({ webhooks: [] });
  expect(await opens(shop, at)).toBe('TOKEN_INVALID');
  const rotated = made.parse((await call(at, 'POST', `/v1/keys/${shop.id}/rotate`, {})).body);
  expect([await opens(rotated, at), await opens(testApiKey, at)]).toEqual([200, 200]);
  expect(await headsOf(mesh)).toEqual(['sealed:v1:others']);
});
