import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { keySecretsOf } from '../src/adapters/crypto/api-key-secrets.ts';
import { invitationTokens } from '../src/adapters/crypto/invitation-tokens.ts';
import { joinTokens } from '../src/adapters/crypto/join-tokens.ts';
import type { ControlPlane } from '../src/context.ts';
import { call, codeOf, newMeeting, testApiKey } from '../src/testing/api.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';
import { Visitor } from '../src/testing/visitor.ts';

const signingKey = (id: string, secret: string) => ({ id, ...keySecretsOf(secret) });
const linksBody = z.object({ links: z.array(z.object({ role: z.string(), url: z.url(), token: z.string() })) });

let mesh: TestMesh;
let server: ControlPlane;
let url: string;

beforeAll(async () => {
  mesh = await TestMesh.create();
  await mesh.edge('europe', 'eu-central-1');
  server = await mesh.replica();
  url = server.httpAddress;
  await mesh.untilHeard([server], ['europe']);
});

afterAll(() => mesh[Symbol.asyncDispose]());

async function linksOf(meetingId: string, authorization?: string) {
  const { body } = await call(url, 'GET', `/v1/meetings/${meetingId}/links`, undefined, authorization);
  return new Map(linksBody.parse(body).links.map(({ role, ...link }) => [role, link]));
}

const come = (meetingId: string, role: string, link: { token: string } | undefined) =>
  call(url, 'POST', `/v1/meetings/${meetingId}/tokens`, { name: 'Ben', role }, `Bearer ${link?.token}`);

describe('a link', () => {
  it('lets whoever has it look at the meeting and come in as what it says, and nothing else', async () => {
    const meetingId = await newMeeting(url, { title: 'All hands', mode: 'webinar' });
    const links = await linksOf(meetingId);
    expect([...links.keys()]).toEqual(['host', 'cohost', 'panelist', 'attendee']);
    const stage = links.get('panelist');
    const hash = new URL(stage?.url ?? '').hash;
    expect(hash).toBe(`#invitation=${stage?.token}`);
    const authorization = `Bearer ${stage?.token}`;
    const path = `/v1/meetings/${meetingId}`;
    const { body } = await call(url, 'GET', `${path}/invitation`, undefined, authorization);
    expect(body).toMatchObject({ title: 'All hands', role: 'panelist', mayHost: false });
    const { status, body: given } = await come(meetingId, 'panelist', stage);
    expect([status, given.role]).toEqual([201, 'panelist']);
    expect(codeOf(await come(meetingId, 'host', stage))).toBe('FORBIDDEN');
    expect(codeOf(await call(url, 'GET', path, undefined, authorization))).toBe('FORBIDDEN');
    expect(codeOf(await call(url, 'POST', `${path}/end`, undefined, authorization))).toBe('FORBIDDEN');
    expect(codeOf(await call(url, 'GET', `${path}/links`, undefined, authorization))).toBe('FORBIDDEN');
    const other = await newMeeting(url);
    expect(codeOf(await come(other, 'panelist', stage))).toBe('TOKEN_INVALID');
  });

  it('is worth nothing once it was taken back, while who came by it stays', async () => {
    const meetingId = await newMeeting(url);
    const ada = await joined(mesh, server, meetingId, 'Ada');
    const old = (await ada.client.ask({ listLinks: {} })).links?.links ?? [];
    expect(old.map(({ role }) => role)).toEqual(['ROLE_HOST', 'ROLE_COHOST', 'ROLE_PANELIST']);
    const fresh = (await ada.client.ask({ revokeLinks: {} })).links?.links ?? [];
    expect(codeOf(await come(meetingId, 'panelist', old[2]))).toBe('TOKEN_INVALID');
    expect((await come(meetingId, 'panelist', fresh[2])).status).toBe(201);
    expect((await ada.client.ask({ ping: {} })).done).toEqual({});
  });

  it('is given by cohosts to guests only, by nobody else, and taken back by hosts', async () => {
    const meetingId = await newMeeting(url);
    const cleo = await joined(mesh, server, meetingId, 'Cleo', { role: 'cohost' });
    const eve = await joined(mesh, server, meetingId, 'Eve', { role: 'panelist' });
    const given = (await cleo.client.ask({ listLinks: {} })).links?.links ?? [];
    expect(given.map(({ role }) => role)).toEqual(['ROLE_PANELIST']);
    expect((await cleo.client.ask({ revokeLinks: {} })).error?.code).toBe('FORBIDDEN');
    expect((await eve.client.ask({ listLinks: {} })).error?.code).toBe('FORBIDDEN');
    expect((await linksOf(meetingId, `Bearer ${cleo.token}`)).has('host')).toBe(false);
  });

  it('of a user’s meeting makes a host of somebody without an account', async () => {
    const ada = await Visitor.signedUp(url, 'Ada');
    const { body: meeting } = await ada.ask('POST', '/v1/meetings', { title: 'Mine' });
    const meetingId = String(meeting.id);
    const { body } = await ada.ask('GET', `/v1/meetings/${meetingId}/links`);
    const [host] = linksBody.parse(body).links;
    expect((await come(meetingId, 'host', host)).body.role).toBe('host');
    expect(codeOf(await call(url, 'GET', `/v1/meetings/${meetingId}/links`, undefined, null))).toBe('TOKEN_INVALID');
  });

  it('names nobody but who is signed in, whatever its holder says', async () => {
    const meetingId = await newMeeting(url);
    const authorization = `Bearer ${(await linksOf(meetingId)).get('panelist')?.token}`;
    const dora = await Visitor.signedUp(url, 'Dora');
    const { body: account } = await dora.ask('GET', '/v1/account');
    const namedWith = async (headers: Record<string, string>) => {
      const response = await fetch(`http://${url}/v1/meetings/${meetingId}/tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ name: 'Dora', role: 'panelist', userId: 'user-17' }),
      });
      return decodeJwt(z.object({ token: z.string() }).parse(await response.json()).token).userId;
    };
    expect(await namedWith({ authorization })).toBeUndefined();
    expect(await namedWith({ authorization, cookie: dora.cookies })).toBe(account.id);
    const { id, secret } = testApiKey;
    expect(await namedWith({ authorization: `Bearer ${id}.${secret}` })).toBe('user-17');
  });

  it('that another key vouches for opens no meeting', async () => {
    const meetingId = await newMeeting(url);
    const accounts = signingKey('accounts', 'made up');
    const forged = await invitationTokens.sign({ meetingId, role: 'host', linkRevision: 0 }, accounts);
    expect(codeOf(await come(meetingId, 'host', { token: forged }))).toBe('TOKEN_INVALID');
    const ada = await Visitor.signedUp(url, 'Bea');
    const { body: meeting } = await ada.ask('POST', '/v1/meetings', {});
    // The key of this meeting is not the one that vouches for it.
    const own = await invitationTokens.sign(
      { meetingId: String(meeting.id), role: 'host', linkRevision: 0 },
      signingKey(testApiKey.id, testApiKey.secret),
    );
    expect(codeOf(await come(String(meeting.id), 'host', { token: own }))).toBe('TOKEN_INVALID');
  });
});

describe('a join token', () => {
  it('says nothing over REST of a meeting that its key does not own', async () => {
    const ada = await Visitor.signedUp(url, 'Cora');
    const { body: meeting } = await ada.ask('POST', '/v1/meetings', { title: 'Private' });
    const sign = (meetingId: string) => {
      const claims = { meetingId, participantId: 'p', role: 'host', name: 'Mallory', userId: undefined } as const;
      return joinTokens.sign(claims, signingKey(testApiKey.id, testApiKey.secret), Date.now() + 60_000);
    };
    const look = async (meetingId: string) =>
      call(url, 'GET', `/v1/meetings/${meetingId}`, undefined, `Bearer ${await sign(meetingId)}`);
    expect(codeOf(await look(String(meeting.id)))).toBe('MEETING_NOT_FOUND');
    expect((await look(await newMeeting(url))).status).toBe(200);
  });
});
