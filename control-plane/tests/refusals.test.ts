import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultRequestLimits } from '../src/adapters/redis/request-limits.ts';
import type { ControlPlane } from '../src/context.ts';
import { type Answer, call, codeOf, newMeeting, newToken, testApiKey } from '../src/testing/api.ts';
import { joinWith } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';

const nobody = '00000000-0000-4000-8000-000000000000';

let mesh: TestMesh;
let server: ControlPlane;
let url: string;
let meetingId: string;

beforeAll(async () => {
  mesh = await TestMesh.create();
  await mesh.edge('europe', 'eu-central-1');
  server = await mesh.replica();
  url = server.httpAddress;
  await mesh.untilHeard([server], ['europe']);
  meetingId = await newMeeting(url);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

/** As OpenAPI describes one. */
interface Operation {
  summary?: string;
  tags?: string[];
  responses: Record<string, object>;
  requestBody?: object;
}

/** Whether an object in a JSON Schema takes fields of any name without saying so. */
function isOpen(schema: unknown, named: Record<string, unknown>): boolean {
  if (Array.isArray(schema)) return schema.some((one) => isOpen(one, named));
  if (typeof schema !== 'object' || schema === null) return false;
  const { type, additionalProperties, $ref } = Object(schema);
  if (type === 'object' && additionalProperties === undefined) return true;
  if (typeof $ref === 'string') return isOpen(named[$ref.split('/').at(-1) ?? ''], named);
  return Object.entries(schema).some(([key, value]) => key !== 'example' && isOpen(value, named));
}

describe('REST', () => {
  it('wants an API key, and the right secret', async () => {
    for (const authorization of [null, 'Bearer test.wrong', 'Bearer nobody.secret', 'Basic abc', 'Bearer x']) {
      const answer = await call(url, 'POST', '/v1/meetings', {}, authorization);
      expect([answer.status, codeOf(answer)]).toEqual([401, 'TOKEN_INVALID']);
    }
    expect((await call(url, 'GET', '/v1/mesh', undefined, null)).status).toBe(401);
  });

  it('says of a malformed id what is not there, and what is wrong with a body', async () => {
    for (const [path, code] of [
      ['/v1/webhooks/42/deliveries', 'NOT_FOUND'],
      ['/v1/schedules/42', 'NOT_FOUND'],
      [`/v1/meetings/${meetingId}/recordings/42`, 'RECORDING_NOT_FOUND'],
    ]) {
      const answer = await call(url, 'GET', path ?? '');
      expect([answer.status, codeOf(answer)]).toEqual([404, code]);
    }
    const messageOf = ({ body }: Answer) => Object(body.error).message;
    expect(messageOf(await call(url, 'POST', '/v1/meetings', { title: 3 }))).toMatch(/^body\.title: /);
    expect(messageOf(await call(url, 'GET', '/v1/schedules?from=now'))).toMatch(/^querystring\.from: /);
    const headers = { 'content-type': 'application/json' };
    const empty = await fetch(`http://${url}/v1/meetings/${meetingId}/end`, { method: 'POST', headers });
    expect(Object(await empty.json()).error).toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringMatching(/body cannot be empty/i),
    });
  });

  it('answers an address that can’t be decoded, a body of another type and an id without end with codes of its own', async () => {
    const long = 'x'.repeat(5_000);
    const text = { 'content-type': 'text/plain' };
    for (const [method, path, status, code, headers] of [
      ['GET', '/v1/meetings/%E0%A4%A', 400, 'BAD_REQUEST', {}],
      ['GET', `/v1/meetings/${long}`, 404, 'MEETING_NOT_FOUND', {}],
      ['DELETE', `/v1/webhooks/${long}`, 404, 'NOT_FOUND', {}],
      ['POST', '/v1/meetings', 415, 'UNSUPPORTED_MEDIA_TYPE', text],
    ] as const) {
      const body = method === 'POST' ? '{}' : null;
      const answer = await fetch(`http://${url}${path}`, { method, headers, body });
      const error = { code, message: expect.any(String), retryable: false };
      expect([answer.status, await answer.json()], `${method} ${code}`).toEqual([status, { error }]);
    }
    // Browsers say so of a body that is not there.
    const ending = { method: 'POST', headers: text, body: '' };
    const ended = await fetch(`http://${url}/v1/meetings/${await newMeeting(url)}/end`, ending);
    expect(ended.status).toBe(401);
  });

  it('answers an unknown meeting, a malformed id and somebody else’s meeting alike', async () => {
    const unknown = await call(url, 'GET', `/v1/meetings/${nobody}`);
    const malformed = await call(url, 'GET', '/v1/meetings/42');
    expect([unknown.status, unknown.body]).toEqual([malformed.status, malformed.body]);
    expect([unknown.status, codeOf(unknown)]).toEqual([404, 'MEETING_NOT_FOUND']);
    const other = await newMeeting(url);
    const { token } = await newToken(url, meetingId);
    const foreign = await call(url, 'GET', `/v1/meetings/${other}`, undefined, `Bearer ${token}`);
    expect([foreign.status, foreign.body]).toEqual([unknown.status, unknown.body]);
  });

  it('lets a join token read its meeting, and nothing more', async () => {
    const { token } = await newToken(url, meetingId);
    const authorization = `Bearer ${token}`;
    expect((await call(url, 'GET', `/v1/meetings/${meetingId}`, undefined, authorization)).status).toBe(200);
    expect((await call(url, 'GET', `/v1/meetings/${meetingId}/sfu`, undefined, authorization)).status).toBe(200);
    const request = { name: 'Eve', role: 'host' };
    const minting = await call(url, 'POST', `/v1/meetings/${meetingId}/tokens`, request, authorization);
    expect([minting.status, codeOf(minting)]).toEqual([403, 'FORBIDDEN']);
    // Only a host who is in it may end it, and nobody is.
    expect((await call(url, 'POST', `/v1/meetings/${meetingId}/end`, undefined, authorization)).status).toBe(401);
    expect((await call(url, 'POST', '/v1/meetings', {}, authorization)).status).toBe(403);
    expect((await call(url, 'GET', '/v1/mesh', undefined, authorization)).status).toBe(403);
  });

  it('tells a meeting’s settings, and where its media goes, to nobody whom its door has not let in', async () => {
    const settings = { password: 'kingfisher', routing: { maxDepth: 2 } };
    const guarded = await newMeeting(url, { title: 'Ours', settings });
    const ada = await joined(mesh, server, guarded, 'Ada');
    const { token } = await newToken(url, guarded, 'Ben', 'panelist');
    const look = (path: string, by?: string) =>
      call(url, 'GET', `/v1/meetings/${guarded}${path}`, undefined, by && `Bearer ${by}`);
    const told = { title: 'Ours', hasPassword: true };
    expect((await look('', token)).body).toMatchObject({ ...told, settings: {} });
    expect((await look('/sfu', token)).body).toMatchObject({ edge: expect.anything(), decision: { candidates: [] } });
    const explained = { decision: { candidates: expect.arrayContaining([expect.anything()]) } };
    expect((await look('/sfu')).body).toMatchObject(explained);
    const placement = `/participants/${ada.participantId}/placement`;
    for (const path of ['/plan', placement]) expect(codeOf(await look(path, token))).toBe('TOKEN_INVALID');

    const client = await mesh.client(server);
    expect((await client.ask({ join: { ...joinWith(token), password: 'kingfisher' } })).joined).toBeDefined();
    for (const path of ['/plan', placement]) expect((await look(path, token)).status).toBe(200);
    expect((await look('', token)).body).toMatchObject({ ...told, settings: {} });
    for (const by of [ada.token, undefined])
      expect((await look('', by)).body).toMatchObject({ ...told, settings: { routing: { maxDepth: 2 } } });
  });

  it('refuses what is malformed, with a code', async () => {
    const bad = [{ mode: 'party' }, { title: 'x'.repeat(201) }, { startTime: 'tomorrow' }, { settings: 3 }];
    for (const body of [
      ...bad,
      { settings: { text: '\u0000' } },
      { settings: { routing: { via: { a: 'b', b: 'a' } } } },
    ]) {
      const answer = await call(url, 'POST', '/v1/meetings', body);
      expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_REQUEST']);
    }
    const huge = await call(url, 'POST', '/v1/meetings', { settings: { a: 'x'.repeat(100_000) } });
    expect([huge.status, codeOf(huge)]).toEqual([413, 'MESSAGE_TOO_LARGE']);
  });

  it('says which field of a body or a query it does not know, and not only leaves it out', async () => {
    const messageOf = ({ body }: Answer) => Object(body.error).message;
    const meeting = `/v1/meetings/${meetingId}`;
    const rooms = [{ id: nobody, name: 'One', colour: 'red' }];
    for (const [method, path, body, message] of [
      ['PATCH', `${meeting}/rules`, { locked: false, waitingRoom: true }, /^body: .*"waitingRoom"/],
      ['PATCH', `${meeting}/breakouts`, { rename: rooms }, /^body\.rename\.0: .*"colour"/],
      ['POST', `${meeting}/breakouts/assign`, { random: {}, seed: 1 }, /^body: .*"seed"/],
      ['POST', '/v1/meetings', { settings: { routing: { depth: 2 } } }, /^body\.settings\.routing: .*"depth"/],
      ['PATCH', meeting, { settings: { registration: { most: 2 } } }, /"most"/],
      ['POST', `${meeting}/end`, { force: true }, /^body: .*"force"/],
      ['GET', '/v1/meetings?state=ended', undefined, /^querystring: .*"state"/],
    ] as const) {
      const answer = await call(url, method, path, body);
      expect([answer.status, codeOf(answer), messageOf(answer)]).toEqual([
        400,
        'BAD_REQUEST',
        expect.stringMatching(message),
      ]);
    }
  });

  it('keeps markup and control characters as inert, bounded text', async () => {
    const title = '<b>\u0000\u202EHi\u0007</b>';
    expect((await call(url, 'POST', '/v1/meetings', { title })).body.title).toBe('<b>Hi</b>');
  });

  it('cuts a long name, and refuses an endless one with a code', async () => {
    const meetingId = await newMeeting(url);
    const named = (name: string) => call(url, 'POST', `/v1/meetings/${meetingId}/tokens`, { name, role: 'panelist' });
    const { body } = await named('🦜'.repeat(100));
    const client = await mesh.client(server);
    const { joined } = await client.ask({ join: joinWith(String(body.token)) });
    expect(joined?.meeting?.participants.map(({ name }) => name)).toEqual(['🦜'.repeat(64)]);
    expect(codeOf(await named('x'.repeat(257)))).toBe('BAD_REQUEST');
  });

  it('refuses a body with a prototype in it', async () => {
    const settings: unknown = JSON.parse('{"__proto__":{"polluted":true}}');
    expect((await call(url, 'POST', '/v1/meetings', { settings })).status).toBe(400);
  });

  it('describes itself', async () => {
    const { body } = await call(url, 'GET', '/v1/openapi.json', undefined, null);
    const { paths, components } = body as { paths: Record<string, Record<string, Operation>>; components: object };
    expect(Object.keys(paths)).toContain('/v1/meetings/{id}/tokens');
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, ...operation })),
    );
    const wanting = operations.filter(({ summary, tags, responses }) => !summary || !tags || !responses['4XX']);
    expect(wanting.map(({ name }) => name)).toEqual([]);
    const unknown = JSON.stringify(body)
      .match(/#\/components\/schemas\/\w+/g)
      ?.filter((name) => {
        return !Object.hasOwn(Object(Object(components).schemas), name.split('/').at(-1) ?? '');
      });
    expect(unknown).toEqual([]);
    const open = operations.filter(({ requestBody }) => isOpen(requestBody, Object(components).schemas));
    expect(open.map(({ name }) => name)).toEqual([]);
    expect(paths['/v1/whip']?.post?.requestBody).toMatchObject({ content: { 'application/sdp': {} } });
  });

  it('sends security headers, on errors too', async () => {
    const { headers } = await call(url, 'GET', '/v1/nothing', undefined, null);
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=31536000',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(self), microphone=(self), display-capture=(self), geolocation=()',
      'referrer-policy': 'no-referrer',
    });
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });
});
describe('a socket that speaks HTTP as nobody should', () => {
  /** Not a megabyte for each socket, or for each megabyte that was packed into it. */
  const allowedBytes = 64 * 1024 * 1024;

  /** Opens that many sockets, says the same over each, and returns what was answered, and by how much memory grew, when all are closed by the server. */
  async function sayRaw(sockets: number, said: Buffer | string): Promise<{ answers: string[]; grownBytes: number }> {
    const before = process.memoryUsage.rss();
    const port = Number(url.split(':').at(-1));
    const answers = await Promise.all(
      Array.from({ length: sockets }, async () => {
        const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
        socket.on('error', () => undefined);
        socket.write(said);
        let answer = '';
        socket.on('data', (chunk) => {
          answer += chunk.toString('latin1');
        });
        await new Promise<void>((resolve) => {
          socket.once('end', resolve);
          socket.once('close', () => resolve());
        });
        socket.destroy();
        return answer;
      }),
    );
    return { answers, grownBytes: process.memoryUsage.rss() - before };
  }

  const post = (body: Buffer, encoding: string) =>
    Buffer.concat([
      Buffer.from(
        `POST /v1/meetings HTTP/1.1\r\nhost: ${url}\r\nauthorization: Bearer ${testApiKey.id}.${testApiKey.secret}\r\n` +
          `content-type: application/json\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`,
      ),
      body,
    ]);

  it('has nothing unpacked that it sent compressed', async () => {
    const title = Buffer.alloc(40 * 1024 * 1024, 'x');
    const bomb = gzipSync(Buffer.concat([Buffer.from('{"title":"'), title, Buffer.from('"}')]));
    expect(bomb.length).toBeLessThan(64 * 1024);
    const { answers, grownBytes } = await sayRaw(20, post(bomb, 'gzip'));
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 4\d\d /);
    expect(grownBytes).toBeLessThan(allowedBytes);
  });

  it('is closed when it sends two thousand headers', async () => {
    const headers = Array.from({ length: 2_000 }, (_, index) => `x-${index}: y\r\n`).join('');
    const { answers, grownBytes } = await sayRaw(50, `GET /healthz HTTP/1.1\r\nhost: ${url}\r\n${headers}\r\n`);
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 431 /);
    expect(grownBytes).toBeLessThan(allowedBytes);
  });

  it('is closed when it does not go on, and others are answered meanwhile', async () => {
    const stalled = sayRaw(500, `GET /healthz HTTP/1.1\r\nhost: ${url}\r\nx-slow: `);
    expect((await call(url, 'GET', '/healthz')).status).toBe(200);
    const { answers, grownBytes } = await stalled;
    for (const answer of answers) expect(answer).toMatch(/^(HTTP\/1.1 408 |$)/);
    expect(grownBytes).toBeLessThan(allowedBytes);
  });
});

describe('floods from one address', () => {
  it('are refused on REST and WebSocket, while health checks are answered', async () => {
    const small = { requests: 5, seconds: 60 };
    await using own = await TestMesh.create();
    const strict = await own.replica({
      requestLimits: { ...defaultRequestLimits, address: small },
      connectionLimit: small,
    });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => call(strict.httpAddress, 'GET', '/v1/config', undefined, null)),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(5);
    expect(refused.map(codeOf)).toContain('RATE_LIMITED');
    const opened = await Promise.allSettled(Array.from({ length: 10 }, () => own.client(strict)));
    expect(opened.filter(({ status }) => status === 'rejected')).toHaveLength(5);
    expect((await call(strict.httpAddress, 'GET', '/healthz')).status).toBe(200);
  });
});
