import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { codeOf } from '../src/testing/api.ts';
import { joinWith } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { Visitor } from '../src/testing/visitor.ts';

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

describe('an account', () => {
  it('is made, signed in to, changed and signed out of', async () => {
    const ada = await Visitor.signedUp(url, 'Ada');
    const { body: profile } = await ada.ask('GET', '/v1/account');
    expect(profile).toMatchObject({ email: 'ada@example.org', name: 'Ada', language: null, hasPassword: true });
    expect(profile.handle).toMatch(/^ada-/);
    const changed = await ada.ask('PATCH', '/v1/account', { name: ' Ada  L. ', handle: 'ada', language: 'de' });
    expect(changed.body).toMatchObject({ name: 'Ada L.', handle: 'ada', language: 'de' });
    expect((await ada.ask('GET', '/v1/account/session')).body).toEqual({ account: changed.body });
    expect((await ada.ask('DELETE', '/v1/account/session')).status).toBe(204);
    expect(await ada.ask('GET', '/v1/account/session')).toMatchObject({ status: 200, body: { account: null } });
    expect(codeOf(await ada.ask('GET', '/v1/account'))).toBe('SIGN_IN_REQUIRED');
    const again = new Visitor(url);
    await again.ask('POST', '/v1/account/session', { email: 'ADA@example.org', password: "Ada's password" });
    expect((await again.ask('GET', '/v1/account')).body).toMatchObject({ handle: 'ada' });
  });

  it('has a cookie that scripts and other sites can’t use', async () => {
    const visitor = new Visitor(url);
    const request = { email: 'cookie@example.org', password: 'a good password', name: 'Cookie' };
    const { headers } = await visitor.ask('POST', '/v1/account', request);
    expect(headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=Lax/);
    const foreign = await visitor.ask('PATCH', '/v1/account', { name: 'Mallory' }, 'https://evil.example');
    expect(codeOf(foreign)).toBe('ORIGIN_REFUSED');
    const signIn = await new Visitor(url).ask('POST', '/v1/account/session', request, 'https://evil.example');
    expect(codeOf(signIn)).toBe('ORIGIN_REFUSED');
    expect((await visitor.ask('GET', '/v1/account')).body).toMatchObject({ name: 'Cookie' });
  });

  it('tells nobody which addresses have one', async () => {
    await Visitor.signedUp(url, 'Known');
    const tries = ['known@example.org', 'unknown@example.org'].map((email) =>
      new Visitor(url).ask('POST', '/v1/account/session', { email, password: 'not the password' }),
    );
    const [known, unknown] = await Promise.all(tries);
    expect(known?.body).toEqual(unknown?.body);
    expect(known && codeOf(known)).toBe('CREDENTIALS_WRONG');
  });

  it('refuses an address that has one, a short password, and what is no address', async () => {
    await Visitor.signedUp(url, 'Twin');
    const good = { email: 'twin@example.org', password: 'long enough', name: 'Twin' };
    const sign = (given: object) => new Visitor(url).ask('POST', '/v1/account', { ...good, ...given });
    expect(codeOf(await sign({}))).toBe('NAME_TAKEN');
    expect(codeOf(await sign({ password: 'short' }))).toBe('BAD_REQUEST');
    expect(codeOf(await sign({ email: 'twin' }))).toBe('BAD_REQUEST');
  });

  it('signs out everywhere else with a new password', async () => {
    const eve = await Visitor.signedUp(url, 'Eve');
    const elsewhere = new Visitor(url);
    await elsewhere.ask('POST', '/v1/account/session', { email: 'eve@example.org', password: "Eve's password" });
    const wrong = await eve.ask('PUT', '/v1/account/password', { current: 'wrong', next: 'another password' });
    expect(codeOf(wrong)).toBe('CREDENTIALS_WRONG');
    const body = { current: "Eve's password", next: 'another password' };
    expect((await eve.ask('PUT', '/v1/account/password', body)).status).toBe(204);
    expect((await eve.ask('GET', '/v1/account')).status).toBe(200);
    expect((await elsewhere.ask('GET', '/v1/account')).status).toBe(401);
  });

  it('goes with its meetings, running ones too', async () => {
    const zoe = await Visitor.signedUp(url, 'Zoe');
    const stolen = zoe.copy();
    const { body: meeting } = await zoe.ask('POST', '/v1/meetings', { title: 'Last one' });
    const { body: minted } = await zoe.ask('POST', `/v1/meetings/${String(meeting.id)}/tokens`, {
      name: 'Zoe',
      role: 'host',
    });
    const client = await mesh.client(server);
    expect((await client.ask({ join: joinWith(String(minted.token)) })).joined).toBeDefined();
    expect(codeOf(await zoe.ask('DELETE', '/v1/account', { password: 'wrong' }))).toBe('CREDENTIALS_WRONG');
    expect((await zoe.ask('DELETE', '/v1/account', { password: "Zoe's password" })).status).toBe(204);
    expect((await stolen.ask('GET', '/v1/account')).status).toBe(401);
    expect((await new Visitor(url).ask('GET', `/v1/meetings/${String(meeting.id)}/invitation`)).status).toBe(401);
    expect((await client.untilEvent(({ meetingEnded }) => meetingEnded !== undefined)).meetingEnded).toBeDefined();
  });

  it('changes its password only so often: every change is noted for good', async () => {
    const xia = await Visitor.signedUp(url, 'Xia');
    const same = { current: "Xia's password", next: "Xia's password" };
    const answers: unknown[] = [];
    for (let change = 0; change <= 20; change += 1)
      answers.push(codeOf(await xia.ask('PUT', '/v1/account/password', same)));
    expect([answers[0], answers.at(-1)]).toEqual([undefined, 'RATE_LIMITED']);
  });

  it('can’t be tried at with one password after the other', async () => {
    const mallory = new Visitor(url);
    const answers: unknown[] = [];
    for (let attempt = 0; attempt < 25; attempt += 1) {
      const credentials = { email: 'guessed@example.org', password: `guess ${attempt}` };
      answers.push(codeOf(await mallory.ask('POST', '/v1/account/session', credentials)));
    }
    expect(answers.at(-1)).toBe('RATE_LIMITED');
    // Who guesses keeps nobody else at that address from making one.
    await Visitor.signedUp(url, 'Yan');
  });
});

describe('where strangers may not make accounts', () => {
  it('they can’t', async () => {
    await using closed = await TestMesh.create({ config: { signUp: false } });
    const { httpAddress } = await closed.replica();
    const request = { email: 'a@example.org', password: 'long enough', name: 'A' };
    expect(codeOf(await new Visitor(httpAddress).ask('POST', '/v1/account', request))).toBe('SIGN_UP_CLOSED');
    expect((await new Visitor(httpAddress).ask('GET', '/v1/config')).body).toMatchObject({ signUp: false });
  });
});

describe('a user’s meeting', () => {
  it('is theirs, and open to whoever has its link as a guest', async () => {
    await using own = await TestMesh.create();
    const { httpAddress } = await own.replica();
    const ada = await Visitor.signedUp(httpAddress, 'Ada');
    const ben = await Visitor.signedUp(httpAddress, 'Ben');
    const { body: meeting } = await ada.ask('POST', '/v1/meetings', { title: 'Mine', mode: 'webinar' });
    const path = `/v1/meetings/${String(meeting.id)}`;
    for (const guest of [new Visitor(httpAddress), ben]) {
      const { body } = await guest.ask('GET', `${path}/invitation`);
      expect(body).toMatchObject({ title: 'Mine', mayHost: false, opensAt: null });
      expect(body.settings).toBeUndefined();
      const token = await guest.ask('POST', `${path}/tokens`, { name: 'G', role: 'attendee' });
      expect(token.body).toMatchObject({ role: 'attendee' });
      expect((await guest.ask('POST', `${path}/tokens`, { name: 'G', role: 'host' })).status).toBeGreaterThan(400);
      expect((await guest.ask('POST', `${path}/end`)).status).toBeGreaterThan(400);
    }
    expect((await ada.ask('GET', `${path}/invitation`)).body).toMatchObject({ mayHost: true });
    expect((await ben.ask('GET', path)).status).toBe(404);
    expect((await ada.ask('POST', `${path}/end`)).body).toMatchObject({ status: 'ended' });
  });

  it('is in their personal room while they are there', async () => {
    await using own = await TestMesh.create();
    await own.edge('europe', 'eu-central-1');
    const replica = await own.replica();
    await own.untilHeard([replica], ['europe']);
    const ada = await Visitor.signedUp(replica.httpAddress, 'Ada');
    await ada.ask('PATCH', '/v1/account', { handle: 'ada' });
    const guest = new Visitor(replica.httpAddress);
    const look = async () => (await guest.ask('GET', '/v1/rooms/ada')).body;
    expect(await look()).toEqual({ hostName: 'Ada', meetingId: null });
    const [{ body: room }, { body: same }] = await Promise.all([
      ada.ask('POST', '/v1/account/room'),
      ada.ask('POST', '/v1/account/room'),
    ]);
    expect(same.id).toBe(room.id);
    expect(await look()).toEqual({ hostName: 'Ada', meetingId: null });
    const { body: minted } = await ada.ask('POST', `/v1/meetings/${String(room.id)}/tokens`, {
      name: 'Ada',
      role: 'host',
    });
    const client = await own.client(replica);
    await client.ask({ join: joinWith(String(minted.token)) });
    expect(await look()).toEqual({ hostName: 'Ada', meetingId: room.id });
    await ada.ask('POST', `/v1/meetings/${String(room.id)}/end`);
    expect(await look()).toEqual({ hostName: 'Ada', meetingId: null });
    expect((await ada.ask('POST', '/v1/account/room')).body.id).not.toBe(room.id);
    expect((await guest.ask('GET', '/v1/rooms/nobody')).status).toBe(404);
    expect((await guest.ask('GET', '/v1/rooms/-')).status).toBe(404);
  });
});
