import { Client } from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { call, codeOf } from '../src/testing/api.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { Visitor } from '../src/testing/visitor.ts';

let mesh: TestMesh;
let server: ControlPlane;
let url: string;

beforeAll(async () => {
  mesh = await TestMesh.create();
  server = await mesh.replica();
  url = server.httpAddress;
});

afterAll(() => mesh[Symbol.asyncDispose]());

const askFor = (account: string, authorization?: string) =>
  call(url, 'POST', '/v1/password-resets', { account }, authorization);

/** What a link for this account carries. */
async function linkFor(account: string): Promise<string> {
  const { status, body } = await askFor(account);
  expect(status).toBe(201);
  const link = new URL(String(body.url));
  expect(link.pathname).toBe('/reset');
  return link.hash.slice(1);
}

const use = (token: string, password: string) =>
  new Visitor(url).ask('PUT', '/v1/account/password-reset', { token, password });

const signIn = (email: string, password: string) =>
  new Visitor(url).ask('POST', '/v1/account/session', { email, password });

async function database(): Promise<Client> {
  const client = new Client({ connectionString: mesh.config.databaseUrl });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

it('who forgot their password sets another one, once, and is signed out everywhere', async () => {
  const ada = await Visitor.signedUp(url, 'Ada');
  const token = await linkFor('ADA@example.org');
  expect(codeOf(await use(token, 'short'))).toBe('BAD_REQUEST');
  expect((await use(token, 'something new')).status).toBe(204);
  expect((await ada.ask('GET', '/v1/account')).status).toBe(401);
  expect(codeOf(await signIn('ada@example.org', "Ada's password"))).toBe('CREDENTIALS_WRONG');
  expect((await signIn('ada@example.org', 'something new')).status).toBe(201);
  expect(codeOf(await use(token, 'something else'))).toBe('RESET_LINK_INVALID');
});

it('a link is worth nothing once the password was changed', async () => {
  const fay = await Visitor.signedUp(url, 'Fay');
  const token = await linkFor('fay@example.org');
  const change = { current: "Fay's password", next: 'something that only Fay knows' };
  expect((await fay.ask('PUT', '/v1/account/password', change)).status).toBe(204);
  expect(codeOf(await use(token, 'something else'))).toBe('RESET_LINK_INVALID');
  expect((await fay.ask('GET', '/v1/account')).status).toBe(200);
});

it('who signs in with a password that is being replaced in that moment is not let in', async () => {
  await Visitor.signedUp(url, 'Gil');
  const [replacing, watching] = [await database(), await database()];
  await replacing.query('BEGIN');
  await replacing.query("UPDATE users SET password_hash = 'another' WHERE email = 'gil@example.org'");
  const entering = signIn('gil@example.org', "Gil's password");
  const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  await expect.poll(async () => (await watching.query(waiting)).rows, { interval: 20 }).toHaveLength(1);
  await replacing.query('COMMIT');
  expect(codeOf(await entering)).toBe('CREDENTIALS_WRONG');
});

it('two who have the same link can’t both use it', async () => {
  const ben = await Visitor.signedUp(url, 'Ben');
  await ben.ask('PATCH', '/v1/account', { handle: 'ben' });
  const token = await linkFor('ben');
  const answers = await Promise.all([use(token, 'the first password'), use(token, 'the other password')]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204, 410]));
});

it('a new link takes the place of the one before, and an old one is worth nothing', async () => {
  await Visitor.signedUp(url, 'Cleo');
  const former = await linkFor('cleo@example.org');
  const token = await linkFor('cleo@example.org');
  expect(codeOf(await use(former, 'a new password'))).toBe('RESET_LINK_INVALID');
  const client = await database();
  await client.query(`UPDATE password_resets SET expires_at = expires_at - interval '61 minutes'`);
  expect(codeOf(await use(token, 'a new password'))).toBe('RESET_LINK_INVALID');
  expect((await signIn('cleo@example.org', "Cleo's password")).status).toBe(201);
});

it('only the hash of a link is kept, and who made and who used it is noted', async () => {
  await Visitor.signedUp(url, 'Dora');
  const token = await linkFor('dora@example.org');
  const client = await database();
  const { rows } = await client.query('SELECT token_hash FROM password_resets');
  expect(rows).not.toEqual([]);
  expect(rows.map(({ token_hash: hash }) => hash)).not.toContain(token);
  await use(token, 'a new password');
  const { body } = await call(url, 'GET', '/v1/audit?limit=2');
  expect(body.entries).toMatchObject([
    { action: 'password.reset', actor: expect.stringMatching(/^user:/) },
    { action: 'password.reset-link', target: 'dora@example.org', actor: 'key:test' },
  ]);
  expect(JSON.stringify(body)).not.toContain(token);
});

it('only a key for accounts makes links, and only for accounts that have a password', async () => {
  const eve = await Visitor.signedUp(url, 'Eve');
  const { body: other } = await call(url, 'POST', '/v1/keys', { name: 'other', scopes: ['meetings', 'keys', 'audit'] });
  const authorization = `Bearer ${String(other.id)}.${String(other.secret)}`;
  expect(codeOf(await askFor('eve@example.org', authorization))).toBe('FORBIDDEN');
  expect(codeOf(await eve.ask('POST', '/v1/password-resets', { account: 'eve@example.org' }))).toBe('FORBIDDEN');
  expect(codeOf(await askFor('nobody@example.org'))).toBe('ACCOUNT_NOT_FOUND');
});

it('links can’t be guessed one after the other', async () => {
  const answers: unknown[] = [];
  for (let attempt = 0; attempt < 25; attempt += 1)
    answers.push(codeOf(await use(`guess-${attempt}`, 'a new password')));
  expect(answers[0]).toBe('RESET_LINK_INVALID');
  expect(answers.at(-1)).toBe('RATE_LIMITED');
});
