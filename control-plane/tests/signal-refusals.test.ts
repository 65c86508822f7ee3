import { createHmac } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { call, newMeeting, newToken, testApiKey } from '../src/testing/api.ts';
import { camera, joinWith } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';
import { defaultSignalLimits } from '../src/ws/limits.ts';

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

/** As a customer's own server would sign it, from the API key's secret. */
function customerToken(
  claims: { sub?: string; meeting?: string; role?: string },
  { audience = 'canopy:join', expires = '1h', alg = 'HS256' } = {},
) {
  const signingSecret = createHmac('sha256', testApiKey.secret).update('canopy join token').digest('base64url');
  return new SignJWT({ meeting: meetingId, role: 'host', name: 'Ada', ...claims })
    .setProtectedHeader({ alg, kid: testApiKey.id })
    .setSubject(claims.sub ?? 'ada')
    .setAudience(audience)
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(signingSecret));
}

const unsigned = () =>
  new UnsecuredJWT({ meeting: meetingId, role: 'host', name: 'Ada' })
    .setSubject('ada')
    .setAudience('canopy:join')
    .setExpirationTime('1h')
    .encode();

describe('a join', () => {
  it('is accepted with a token the customer’s own server made', async () => {
    const client = await mesh.client(server);
    const { joined: answer } = await client.ask({ join: joinWith(await customerToken({ sub: 'ada-1' })) });
    expect(answer?.participantId).toBe('ada-1');
  });

  it.each([
    ['expired', () => customerToken({}, { expires: '-1m' })],
    ['without signature', async () => unsigned()],
    ['signed with another algorithm', () => customerToken({}, { alg: 'HS512' })],
    ['for another audience', () => customerToken({}, { audience: 'canopy:other' })],
    ['with a role that does not exist', () => customerToken({ role: 'owner' })],
    ['that is no token', async () => 'x.y.z'],
    ['changed by one letter', async () => `${(await customerToken({})).slice(0, -2)}AA`],
  ])('is refused with a token %s', async (_what, make) => {
    const client = await mesh.client(server);
    const { error } = await client.ask({ join: joinWith(await make()) });
    expect(error?.code).toBe('TOKEN_INVALID');
    expect(error?.message).toBe('The token is invalid or has expired.');
    expect((await client.closed).code).toBe(4401);
  });

  it('is refused for a meeting that is not there', async () => {
    const client = await mesh.client(server);
    const { error } = await client.ask({ join: joinWith(await customerToken({ meeting: nobody })) });
    expect(error?.code).toBe('MEETING_NOT_FOUND');
    expect((await client.closed).code).toBe(4404);
  });

  it('is refused without media parameters that make sense, and the connection lives on', async () => {
    const { token } = await newToken(url, meetingId);
    const client = await mesh.client(server);
    const join = joinWith(token);
    const { error } = await client.ask({ join: { ...join, dtlsParameters: { role: 'client', fingerprints: [] } } });
    expect(error?.code).toBe('INVALID_MEDIA_PARAMETERS');
    expect((await client.ask({ join })).joined).toBeDefined();
  });

  it('happens once per connection', async () => {
    const ada = await joined(mesh, server, meetingId, 'Ada');
    const { error } = await ada.client.ask({ join: joinWith(ada.token) });
    expect(error?.code).toBe('ALREADY_JOINED');
    expect((await ada.client.ask({ ping: {} })).done).toEqual({});
  });
});

describe('a connection', () => {
  it('is closed when it says nothing', async () => {
    const impatient = await mesh.replica({ signalLimits: { ...defaultSignalLimits, helloTimeoutMs: 300 } });
    const client = await mesh.client(impatient);
    expect(await client.untilGoodbye()).toBe('HELLO_EXPECTED');
    expect((await client.closed).code).toBe(4000);
  });

  it('is closed when it begins with something else', async () => {
    const client = await mesh.client(server);
    expect((await client.ask({ ping: {} })).error?.code).toBe('HELLO_EXPECTED');
    expect((await client.closed).code).toBe(4000);
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['nothing asked', '{"id":7}'],
    ['two things asked', '{"id":7,"ping":{},"leave":{}}'],
    ['an id that is none', '{"id":"x","ping":{}}'],
    ['a prototype', '{"id":7,"__proto__":{"ping":{}}}'],
    ['a payload of another shape', '{"id":7,"setMuted":{"trackId":3}}'],
  ])('survives a malformed message: %s', async (_what, frame) => {
    const { client } = await joined(mesh, server, meetingId, 'Ada');
    client.ws.send(frame);
    const code = await client.until(({ reply }) => reply?.error?.code);
    expect(code).toBe('MALFORMED_MESSAGE');
    expect((await client.ask({ ping: {} })).done).toEqual({});
  });

  it('survives bad media parameters', async () => {
    const { client } = await joined(mesh, server, meetingId, 'Ada');
    const { rtpParameters } = camera;
    if (rtpParameters === undefined) throw new Error('no parameters');
    const encodings = Array.from({ length: 100 }, (_, ssrc) => ({ ssrc }));
    const { error } = await client.ask({ publish: { ...camera, rtpParameters: { ...rtpParameters, encodings } } });
    expect(error?.code).toBe('INVALID_MEDIA_PARAMETERS');
    expect((await client.ask({ publish: { ...camera, kind: 'TRACK_KIND_AUDIO' } })).error?.code).toBe(
      'INVALID_MEDIA_PARAMETERS',
    );
    expect((await client.ask({ publish: camera })).published).toBeDefined();
  });

  it('is closed by a message that is too large, with a code, and the service lives on', async () => {
    const { client } = await joined(mesh, server, meetingId, 'Ada');
    client.ws.send(JSON.stringify({ id: 1, ping: { padding: 'x'.repeat(70_000) } }));
    expect(await client.untilGoodbye()).toBe('MESSAGE_TOO_LARGE');
    expect((await client.closed).code).toBe(1009);
    const monster = await joined(mesh, server, meetingId, 'Monster');
    monster.client.ws.send('x'.repeat(1_000_000));
    expect((await monster.client.closed).code).toBe(1009);
    expect((await call(url, 'GET', '/healthz')).status).toBe(200);
  });

  it('gets RATE_LIMITED for what is over its rate', async () => {
    const { client } = await joined(mesh, server, meetingId, 'Ada');
    const answers = await Promise.all(Array.from({ length: 60 }, () => client.ask({ ping: {} })));
    const codes = answers.map(({ error }) => error?.code ?? 'ok');
    expect(codes.filter((code) => code === 'ok').length).toBeGreaterThanOrEqual(39);
    expect(codes).toContain('RATE_LIMITED');
  });

  it('is dropped when it goes on and on over its rate', async () => {
    const { client } = await joined(mesh, server, meetingId, 'Ada');
    for (let id = 1; id <= 1_000; id++) client.ws.send(`{"id":${id},"ping":{}}`);
    expect(await client.untilGoodbye()).toBe('RATE_LIMITED');
    await client.closed;
  });

  it('is dropped when it asks to come in and can’t, again and again', async () => {
    const client = await mesh.client(
      await mesh.replica({ signalLimits: { ...defaultSignalLimits, helloTimeoutMs: 30_000 } }),
    );
    const codes: unknown[] = [];
    for (let attempt = 0; attempt < 10; attempt++)
      codes.push((await client.ask({ join: { ...joinWith('t'), token: '' } })).error?.code);
    expect(new Set(codes)).toEqual(new Set(['MALFORMED_MESSAGE']));
    expect(await client.untilGoodbye()).toBe('HELLO_EXPECTED');
    await client.closed;
  });

  it('is refused to pages of other origins', async () => {
    const foreign = await mesh.client(server, { origin: 'https://evil.example' });
    expect(await foreign.closed).toEqual({ code: 4406, reason: 'ORIGIN_REFUSED' });
    expect(foreign.received).toEqual([]);
    const own = await mesh.client(server, { origin: `http://${url}` });
    expect(own.ws.readyState).toBe(own.ws.OPEN);
  });
});
