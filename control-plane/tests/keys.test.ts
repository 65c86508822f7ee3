import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keySecretsOf } from '../src/adapters/crypto/api-key-secrets.ts';
import { joinTokens } from '../src/adapters/crypto/join-tokens.ts';
import type { ControlPlane } from '../src/context.ts';
import type { KeyScope } from '../src/core/access/scopes.ts';
import { type Answer, call, codeOf, newMeeting } from '../src/testing/api.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { bodyFor, type MeetingIds, operations } from '../src/testing/operations.ts';
import { Visitor } from '../src/testing/visitor.ts';

const nobody = '00000000-0000-4000-8000-000000000000';
const nothing: MeetingIds = {
  participantId: nobody,
  waitingId: nobody,
  roomId: nobody,
  messageId: nobody,
  questionId: nobody,
  pollId: nobody,
};

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;

beforeAll(async () => {
  mesh = await TestMesh.create();
  await mesh.edge('edge-a', 'eu-central-1');
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
});
beforeEach(() => mesh.untilHeard([one, two], ['edge-a']));
afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

interface Made {
  id: string;
  secret: string;
  authorization: string;
}

const made = (body: Record<string, unknown>): Made => {
  const [id, secret] = [String(body.id), String(body.secret)];
  return { id, secret, authorization: `Bearer ${id}.${secret}` };
};

async function newKey(scopes: readonly KeyScope[], more: object = {}, authorization?: string): Promise<Made> {
  const request = { name: scopes.join(), scopes, ...more };
  const { status, body } = await call(one.httpAddress, 'POST', '/v1/keys', request, authorization);
  expect(status).toBe(201);
  return made(body);
}

const rotate = async ({ id }: Made, graceSeconds: number) =>
  made((await call(one.httpAddress, 'POST', `/v1/keys/${id}/rotate`, { graceSeconds })).body);

const create = ({ authorization }: Made, replica = one) =>
  call(replica.httpAddress, 'POST', '/v1/meetings', {}, authorization);

/** As a customer's server makes it. */
function ownToken({ id, secret }: Made, meetingId: string): Promise<string> {
  const claims = { meetingId, participantId: 'p1', role: 'host', name: 'Ada', userId: undefined } as const;
  return joinTokens.sign(claims, { id, ...keySecretsOf(secret) }, Date.now() + 60_000);
}

const readBy = async (token: string, meetingId: string, replica = one) =>
  (await call(replica.httpAddress, 'GET', `/v1/meetings/${meetingId}`, undefined, `Bearer ${token}`)).status;

const log = async (query = '', authorization?: string) =>
  call(one.httpAddress, 'GET', `/v1/audit${query}`, undefined, authorization);

async function entries(query = ''): Promise<Record<string, unknown>[]> {
  const { entries: list } = (await log(query)).body;
  return Array.isArray(list) ? list.map((entry) => Object(entry)) : [];
}

describe('an API key made by an operator', () => {
  it('does what its scopes say, and is never told again', async () => {
    const key = await newKey(['meetings']);
    expect((await create(key)).status).toBe(201);
    const drain = await call(one.httpAddress, 'POST', '/v1/edges/edge-a/drain', undefined, key.authorization);
    expect(codeOf(drain)).toBe('FORBIDDEN');
    expect(codeOf(await call(one.httpAddress, 'GET', '/v1/keys', undefined, key.authorization))).toBe('FORBIDDEN');
    expect(codeOf(await log('', key.authorization))).toBe('FORBIDDEN');
    const { body } = await call(one.httpAddress, 'GET', '/v1/keys');
    expect(body.keys).toContainEqual(expect.objectContaining({ id: key.id, name: 'meetings', revokedAt: null }));
    expect(JSON.stringify(body)).not.toContain(key.secret);
  });

  it('makes no key that may more than itself, and takes over none', async () => {
    const keeper = await newKey(['keys', 'tokens']);
    const ask = (path: string, body: object) => call(one.httpAddress, 'POST', path, body, keeper.authorization);
    expect((await ask('/v1/keys', { name: 'less', scopes: ['tokens'] })).status).toBe(201);
    expect(codeOf(await ask('/v1/keys', { name: 'more', scopes: ['mesh.operate'] }))).toBe('FORBIDDEN');
    const strong = await newKey(['mesh.operate']);
    expect(codeOf(await ask(`/v1/keys/${strong.id}/rotate`, {}))).toBe('FORBIDDEN');
    expect(codeOf(await ask('/v1/keys/test/rotate', {}))).toBe('NOT_FOUND');
  });

  it('has a name, and is not made to be over already', async () => {
    const ask = async (more: object) =>
      codeOf(await call(one.httpAddress, 'POST', '/v1/keys', { name: 'short', scopes: ['tokens'], ...more }));
    expect(await ask({ name: ' \t ' })).toBe('BAD_REQUEST');
    expect(await ask({ expiresAt: new Date(Date.now() - 1_000).toISOString() })).toBe('BAD_REQUEST');
    expect(await ask({ expiresAt: new Date(Date.now() + 60_000).toISOString() })).toBeUndefined();
  });

  it('is exchanged without a gap: for a while both secrets are good, also in tokens they signed', async () => {
    const before = await newKey(['meetings']);
    const meetingId = String((await create(before)).body.id);
    const after = await rotate(before, 60);
    for (const key of [before, after]) {
      expect((await create(key)).status).toBe(201);
      expect(await readBy(await ownToken(key, meetingId), meetingId)).toBe(200);
    }
    const last = await rotate(after, 0);
    expect(codeOf(await create(after))).toBe('TOKEN_INVALID');
    expect(await readBy(await ownToken(after, meetingId), meetingId)).toBe(401);
    expect(await readBy(await ownToken(last, meetingId), meetingId)).toBe(200);
  });

  it('makes room once it has expired', async () => {
    await using own = await TestMesh.create();
    const { httpAddress } = await own.replica();
    const make = () => call(httpAddress, 'POST', '/v1/keys', { name: 'one of many', scopes: ['mesh.read'] });
    const { body } = await make();
    await own.query(
      `INSERT INTO api_keys (id, name, scopes, secret_hash, signing_secret, made_by_operator)
       SELECT 'copy' || n, name, scopes, secret_hash, signing_secret, true FROM api_keys, generate_series(2, 1000) AS n WHERE id = $1`,
      [body.id],
    );
    expect(codeOf(await make())).toBe('LIMIT_REACHED');
    await own.query(`UPDATE api_keys SET expires_at = now() - interval '1 day' WHERE id = 'copy2'`);
    expect((await make()).status).toBe(201);
  });

  it('opens nothing once it is revoked or has expired, nor do tokens it signed', async () => {
    const key = await newKey(['meetings']);
    const meetingId = String((await create(key)).body.id);
    expect((await call(one.httpAddress, 'DELETE', `/v1/keys/${key.id}`)).status).toBe(204);
    for (const replica of [one, two]) {
      expect(codeOf(await create(key, replica))).toBe('TOKEN_INVALID');
      expect(await readBy(await ownToken(key, meetingId), meetingId, replica)).toBe(401);
    }
    expect(codeOf(await call(one.httpAddress, 'POST', `/v1/keys/${key.id}/rotate`, {}))).toBe('NOT_FOUND');
    const old = await newKey(['meetings'], { expiresAt: new Date(Date.now() + 60_000).toISOString() });
    await mesh.query(`UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE id = $1`, [old.id]);
    expect(codeOf(await create(old))).toBe('TOKEN_INVALID');
  });

  it('learns by no route of a meeting whether it is there where it is not its own, and, if it looks into any, of nobody in it', async () => {
    const { authorization: looker } = await newKey(['mesh.read']);
    const { authorization: operator } = await newKey(['mesh.operate']);
    const meetingId = await newMeeting(one.httpAddress);
    // A file is opened by what its link carries, and by no key.
    const ofMeetings = (await operations(one.httpAddress)).filter(
      ({ path }) => path.startsWith('/v1/meetings/{id}') && !path.endsWith('/file'),
    );
    expect(ofMeetings.length).toBeGreaterThan(50);
    for (const operation of ofMeetings) {
      const { method, path } = operation;
      const ask = (id: string) => {
        const filled = path
          .replace('{id}', id)
          .replace('{moderation}', 'mute')
          .replace('{emoji}', '%F0%9F%91%8D')
          .replace(/\{\w+\}/g, nobody);
        return call(one.httpAddress, method, filled, bodyFor(operation, nothing), looker);
      };
      const [there, unknown] = [await ask(meetingId), await ask(nobody)];
      expect([there.status, there.body], `${method} ${path}`).toEqual([unknown.status, unknown.body]);
      expect(codeOf(there), `${method} ${path}`).toBe('MEETING_NOT_FOUND');
    }
    for (const [method, path, body] of [
      ['PATCH', `participants/${nobody}`, { role: 'host' }],
      ['DELETE', `questions/${nobody}`, undefined],
      ['DELETE', `messages/${nobody}`, undefined],
    ] as const) {
      const answer = await call(one.httpAddress, method, `/v1/meetings/${meetingId}/${path}`, body, operator);
      expect(codeOf(answer), path).toBe('MEETING_NOT_FOUND');
    }
  });

  it('vouches for participants only where it may let them in', async () => {
    const key = await newKey(['mesh.read']);
    expect(await readBy(await ownToken(key, await newMeeting(one.httpAddress)), crypto.randomUUID())).toBe(401);
  });
});

const newest = async () => (await entries('?limit=1'))[0]?.id;

describe('the audit log', () => {
  it('notes what operators do before it is done, and how it failed', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    await call(one.httpAddress, 'POST', '/v1/edges/edge-a/drain');
    await call(one.httpAddress, 'POST', '/v1/edges/edge-a/undrain');
    await call(one.httpAddress, 'POST', '/v1/edges/nowhere/drain');
    const audience = { 'eu-central-1': 20 };
    await call(one.httpAddress, 'POST', `/v1/meetings/${meetingId}/warm`, { audience });
    await call(one.httpAddress, 'POST', `/v1/meetings/${meetingId}/end`);
    const by = { actor: 'key:test', address: '127.0.0.1' };
    const noted = await entries('?limit=6');
    expect(noted).toMatchObject([
      { ...by, action: 'meeting.end', target: meetingId, failed: null },
      { ...by, action: 'meeting.warm', target: meetingId, details: { audience }, failed: null },
      { ...by, action: 'edge.drain', target: 'nowhere', failed: 'EDGE_NOT_FOUND' },
      { ...by, action: 'edge.drain', target: 'nowhere', failed: null },
      { ...by, action: 'edge.undrain', target: 'edge-a', failed: null },
      { ...by, action: 'edge.drain', target: 'edge-a', failed: null },
    ]);
    const [, , refused] = noted;
    const [next] = await entries(`?before=${String(refused?.id)}&limit=1&action=edge.drain`);
    expect(next).toMatchObject({ target: 'nowhere', failed: null });
  });

  it('has a note of whatever an operator’s key changes, by whichever route', async () => {
    const operator = await newKey(['mesh.operate', 'keys', 'accounts']);
    const bodies: Record<string, object> = {
      '/v1/keys': { name: 'less', scopes: ['keys'] },
      '/v1/meetings/{id}/warm': { audience: { 'eu-central-1': 20 } },
    };
    const idFor = async (path: string) => {
      if (path.startsWith('/v1/edges/')) return 'edge-a';
      return path.startsWith('/v1/keys/') ? (await newKey(['keys'])).id : await newMeeting(one.httpAddress);
    };
    const changes = (await operations(one.httpAddress)).filter(({ method }) => method !== 'GET');
    const noted = new Map<string, boolean>();
    for (const { method, path } of changes) {
      const url = path.replace('{id}', await idFor(path));
      const before = await newest();
      const body = bodies[path] ?? {};
      const { status } = await call(one.httpAddress, method, url, body, operator.authorization);
      if (status < 300) noted.set(`${method} ${path}`, (await newest()) !== before);
    }
    expect([...noted]).toEqual(
      expect.arrayContaining([
        ['POST /v1/edges/{id}/drain', true],
        ['POST /v1/edges/{id}/undrain', true],
        ['POST /v1/keys', true],
        ['POST /v1/keys/{id}/rotate', true],
        ['DELETE /v1/keys/{id}', true],
        ['POST /v1/meetings/{id}/warm', true],
        ['POST /v1/meetings/{id}/end', true],
      ]),
    );
    expect([...noted].flatMap(([operation, isNoted]) => (isNoted ? [] : [operation]))).toEqual([
      // Nobody is signed in who could sign out.
      'DELETE /v1/account/session',
    ]);
  });

  it('is not filled by owners: a meeting ends once, and what they prepare is noted of operators only', async () => {
    const plain = await newKey(['meetings']);
    const visitor = await Visitor.signedUp(one.httpAddress, 'Owner');
    const audience = Object.fromEntries(Array.from({ length: 64 }, (_, index) => [`region-${index}`, 1]));
    type Ask = (method: 'POST', path: string, body?: unknown) => Promise<Answer>;
    const asKey: Ask = (...request) => call(one.httpAddress, ...request, plain.authorization);
    const asUser: Ask = (...request) => visitor.ask(...request);
    const before = await newest();
    const ended: string[] = [];
    for (const ask of [asKey, asUser]) {
      const id = String((await ask('POST', '/v1/meetings', {})).body.id);
      const { rooms } = (await ask('POST', `/v1/meetings/${id}/breakouts`, { names: ['Red'] })).body;
      const [room] = Array.isArray(rooms) ? rooms : [];
      for (let again = 0; again < 3; again += 1) {
        expect((await ask('POST', `/v1/meetings/${id}/warm`, { audience })).status).toBe(200);
        expect((await ask('POST', `/v1/meetings/${String(room?.id)}/end`)).status).toBe(403);
      }
      for (let again = 0; again < 3; again += 1) expect((await ask('POST', `/v1/meetings/${id}/end`)).status).toBe(200);
      ended.unshift(id);
    }
    const noted = await entries('?limit=100');
    const since = noted.slice(
      0,
      noted.findIndex(({ id }) => id === before),
    );
    expect(since.map(({ action, target }) => [action, target])).toEqual(ended.map((id) => ['meeting.end', id]));
  });

  it('has no note of what somebody was refused', async () => {
    const plain = await newKey(['meetings']);
    const visitor = await Visitor.signedUp(one.httpAddress, 'Plain');
    const other = await newKey(['keys']);
    const meeting = `/v1/meetings/${await newMeeting(one.httpAddress)}`;
    const requests = [
      ['POST', '/v1/keys', { name: 'more', scopes: ['keys'] }],
      ['POST', `/v1/keys/${other.id}/rotate`, {}],
      ['DELETE', `/v1/keys/${other.id}`, undefined],
      ['POST', '/v1/password-resets', { account: 'plain@example.org' }],
      ['PUT', '/v1/account/password', { current: 'wrong', next: 'another password' }],
      ['POST', '/v1/edges/edge-a/drain', undefined],
      ['POST', '/v1/edges/edge-a/undrain', undefined],
      ['POST', `${meeting}/warm`, { audience: { 'eu-central-1': 20 } }],
      ['POST', `${meeting}/end`, undefined],
      ['DELETE', `${meeting}/recordings/${randomUUID()}`, undefined],
    ] as const;
    const before = await newest();
    for (const [method, path, body] of requests) {
      for (const { status } of [
        await visitor.ask(method, path, body),
        await call(one.httpAddress, method, path, body, plain.authorization),
      ])
        expect([401, 403, 404], `${method} ${path}`).toContain(status);
    }
    const noted = await entries('?limit=100');
    expect(
      noted
        .slice(
          0,
          noted.findIndex(({ id }) => id === before),
        )
        .map(({ action }) => action),
    ).toEqual([]);
  });

  it('holds no secret, and can’t be changed', async () => {
    const key = await newKey(['tokens'], { name: 'of a customer' });
    const { secret } = await rotate(key, 0);
    const text = JSON.stringify(await entries());
    expect(text).toContain('key.rotate');
    for (const hidden of [key.secret, secret]) expect(text).not.toContain(hidden);
    await expect(mesh.query('DELETE FROM audit_log')).rejects.toThrow('only added to');
    await expect(mesh.query(`UPDATE audit_log SET actor = 'key:other'`)).rejects.toThrow('only added to');
  });
});
