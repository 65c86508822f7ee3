import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Answer, call, codeOf, newMeeting } from '../src/testing/api.ts';
import { joinWith } from '../src/testing/media.ts';
import { pairForTests } from '../src/testing/pair.ts';
import { joined } from '../src/testing/people.ts';
import { Visitor } from '../src/testing/visitor.ts';

const registeredBody = z.object({
  id: z.string(),
  url: z.string(),
  token: z.string(),
  calendar: z.string().nullable(),
});
let ada: Visitor;

const pair = pairForTests({ config: { trustedProxies: ['127.0.0.1'] } });

beforeAll(async () => {
  ada = await Visitor.signedUp(pair.one.httpAddress, 'Ada');
});

let addresses = 0;

/** From an address of its own unless it is given one. */
async function registers(meetingId: string, who: object, address = `198.51.100.${++addresses}`): Promise<Answer> {
  const response = await fetch(`http://${pair.two.httpAddress}/v1/meetings/${meetingId}/registrations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify(who),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: z.record(z.string(), z.unknown()).parse(await response.json()),
  };
}

async function registered(meetingId: string, name: string) {
  const { body } = await registers(meetingId, { name, email: `${name.toLowerCase()}@example.org` });
  return registeredBody.parse(body);
}

/** A webinar that Ada planned for next year. */
async function planned(settings: object = { registration: { limit: 2 } }): Promise<string> {
  const request = { title: 'Launch', mode: 'webinar', timeZone: 'Europe/Berlin', start: '2037-03-23T10:00', settings };
  const { body } = await ada.ask('POST', '/v1/schedules', request);
  return (
    z.object({ occurrences: z.array(z.object({ meetingId: z.string() })) }).parse(body).occurrences[0]?.meetingId ?? ''
  );
}

const listOf = (meetingId: string, query = '') => ada.ask('GET', `/v1/meetings/${meetingId}/registrations${query}`);
const invitationOf = (meetingId: string, token?: string) =>
  call(
    pair.one.httpAddress,
    'GET',
    `/v1/meetings/${meetingId}/invitation`,
    undefined,
    token === undefined ? null : `Bearer ${token}`,
  );
const tokenFor = (meetingId: string, token?: string, role = 'attendee') =>
  call(
    pair.one.httpAddress,
    'POST',
    `/v1/meetings/${meetingId}/tokens`,
    { name: 'Guest', role },
    token === undefined ? null : `Bearer ${token}`,
  );

describe('a webinar that asks for registration', () => {
  it('lets nobody in to watch by its link alone, and who registered by a link of their own', async () => {
    const meetingId = await planned();
    expect(codeOf(await tokenFor(meetingId))).toBe('REGISTRATION_REQUIRED');
    expect((await invitationOf(meetingId)).body).toMatchObject({
      registration: { required: true, count: 0, limit: 2 },
      planned: { durationMinutes: 60, recurrence: null },
      hostName: 'Ada',
    });
    const { id, url, token, calendar } = await registered(meetingId, 'Ben');
    expect(url).toMatch(new RegExp(`/m/${meetingId}#invitation=${token}$`));
    const lines = (calendar ?? '').replace(/\r\n[ \t]/g, '');
    expect(lines).toContain(url);
    expect(lines).toContain('DTSTART;TZID=Europe/Berlin:20370323T100000');
    const { body } = await invitationOf(meetingId, token);
    expect(body).toMatchObject({ role: 'attendee', registration: { required: false, count: 1, limit: 2 } });
    const minted = await tokenFor(meetingId, token);
    expect(minted.body).toMatchObject({ participantId: id, role: 'attendee' });
    expect(codeOf(await tokenFor(meetingId, token, 'panelist'))).toBe('FORBIDDEN');
    const client = await pair.mesh.client(pair.two);
    expect((await client.ask({ join: joinWith(String(minted.body.token)) })).joined?.participantId).toBe(id);
    expect((await ada.ask('POST', `/v1/meetings/${meetingId}/tokens`, { name: 'Ada', role: 'host' })).status).toBe(201);
  });

  it('alone says before somebody comes in whose it is and how long it takes', async () => {
    const { body } = await invitationOf(await planned({}));
    expect(body).toMatchObject({ title: 'Launch', registration: null, planned: null, hostName: null });
  });

  it('takes as many as its limit says, however many come at once on whatever replica', async () => {
    const meetingId = await planned({ registration: { limit: 3 } });
    const people = Array.from({ length: 12 }, (_, index) => ({
      name: `Guest ${index}`,
      email: `g${index}@example.org`,
    }));
    const answers = await Promise.all(people.map((who) => registers(meetingId, who)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    const others = answers.filter(({ status }) => status !== 201).map(codeOf);
    expect(new Set(others)).toEqual(new Set(['REGISTRATION_FULL']));
    expect((await listOf(meetingId)).body).toMatchObject({ count: 3, limit: 3 });
  });

  it('answers an address that registered before as any other, full or not', async () => {
    const meetingId = await planned();
    const ben = { name: 'Ben', email: 'ben@example.org' };
    const answers = [await registers(meetingId, ben), await registers(meetingId, { ...ben, email: 'BEN@example.org' })];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    const [first, second] = answers.map(({ body }) => registeredBody.parse(body));
    expect(first?.id).not.toBe(second?.id);
    expect(first?.url).not.toBe(second?.url);
    const [known, unknown] = [
      await registers(meetingId, ben),
      await registers(meetingId, { name: 'Eve', email: 'eve@example.org' }),
    ];
    expect(known.body).toEqual(unknown.body);
    expect(codeOf(known)).toBe('REGISTRATION_FULL');
  });

  it('is listed a page at a time to whom it belongs and its hosts, who cancel one: then its link leads in no more', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress, { mode: 'webinar', settings: { registration: {} } });
    const path = `/v1/meetings/${meetingId}/registrations`;
    const add = async (name: string) =>
      registeredBody.parse(
        (await call(pair.one.httpAddress, 'POST', path, { name, email: `${name}@example.org` })).body,
      );
    const [ben, cem] = [await add('Ben'), await add('Cem')];
    expect(ben.calendar).toBeNull();
    const host = await joined(pair.mesh, pair.one, meetingId, 'Host');
    const asHost = `Bearer ${host.token}`;
    const page = await call(pair.two.httpAddress, 'GET', `${path}?limit=1`, undefined, asHost);
    expect(page.body).toMatchObject({
      count: 2,
      limit: null,
      registrations: [{ id: ben.id, email: 'ben@example.org' }],
    });
    const next = await call(
      pair.two.httpAddress,
      'GET',
      `${path}?cursor=${String(page.body.nextCursor)}`,
      undefined,
      asHost,
    );
    expect(next.body).toMatchObject({ registrations: [{ id: cem.id, name: 'Cem' }], nextCursor: null });
    const cancel = () => call(pair.two.httpAddress, 'DELETE', `${path}/${ben.id}`, undefined, asHost);
    expect((await cancel()).status).toBe(204);
    const again = await cancel();
    expect([again.status, codeOf(again)]).toEqual([404, 'NOT_FOUND']);
    expect(codeOf(await tokenFor(meetingId, ben.token))).toBe('REGISTRATION_REQUIRED');
    expect((await invitationOf(meetingId, ben.token)).body.registration).toMatchObject({ required: true, count: 1 });
    expect((await tokenFor(meetingId, cem.token)).status).toBe(201);
    const cohost = await joined(pair.mesh, pair.one, meetingId, 'Cohost', { role: 'cohost' });
    for (const [authorization, code] of [
      [`Bearer ${cohost.token}`, 'FORBIDDEN'],
      [`Bearer ${cem.token}`, 'FORBIDDEN'],
      [null, 'TOKEN_INVALID'],
    ] as const) {
      expect(codeOf(await call(pair.one.httpAddress, 'GET', path, undefined, authorization))).toBe(code);
      expect(codeOf(await call(pair.one.httpAddress, 'DELETE', `${path}/${cem.id}`, undefined, authorization))).toBe(
        code,
      );
    }
    const stranger = await Visitor.signedUp(pair.one.httpAddress, 'Stranger');
    expect(codeOf(await stranger.ask('GET', path))).toBe('MEETING_NOT_FOUND');
  });

  it('keeps what was registered when all links are taken back, and lets the stage in by theirs', async () => {
    const meetingId = await planned();
    const links = async () => {
      const { body } = await ada.ask('GET', `/v1/meetings/${meetingId}/links`);
      return z.object({ links: z.array(z.object({ role: z.string(), token: z.string() })) }).parse(body).links;
    };
    const linkOf = async (role: string) => (await links()).find((link) => link.role === role)?.token;
    const audience = await linkOf('attendee');
    expect(codeOf(await tokenFor(meetingId, audience))).toBe('REGISTRATION_REQUIRED');
    expect((await tokenFor(meetingId, await linkOf('panelist'), 'panelist')).status).toBe(201);
    const ben = await registered(meetingId, 'Ben');
    await ada.ask('POST', `/v1/meetings/${meetingId}/links/revoke`);
    expect((await tokenFor(meetingId, ben.token)).status).toBe(201);
    expect(codeOf(await tokenFor(meetingId, audience))).toBe('TOKEN_INVALID');
  });

  it('is told to webhooks, in the same transaction', async () => {
    await ada.ask('POST', '/v1/webhooks', {
      url: 'http://127.0.0.1:9/',
      events: ['registration.created', 'registration.cancelled'],
    });
    const meetingId = await planned();
    const { id } = await registered(meetingId, 'Ben');
    await ada.ask('DELETE', `/v1/meetings/${meetingId}/registrations/${id}`);
    await ada.ask('DELETE', `/v1/meetings/${meetingId}/registrations/${id}`);
    const rows = await pair.mesh.query(
      `SELECT payload FROM webhook_deliveries WHERE type LIKE 'registration.%' ORDER BY created_at`,
    );
    const told = rows.map(({ payload }) => JSON.parse(String(payload)));
    expect(told).toMatchObject([
      { type: 'registration.created', data: { meetingId, registrationId: id, name: 'Ben', email: 'ben@example.org' } },
      { type: 'registration.cancelled', data: { meetingId, registrationId: id } },
    ]);
    expect(told).toHaveLength(2);
  });

  it('refuses too many from one address, and what is no person', async () => {
    const meetingId = await planned({ registration: {} });
    for (const who of [
      { name: 'Ben', email: 'ben' },
      { name: ' \n', email: 'ben@example.org' },
      { email: 'ben@example.org' },
    ])
      expect(codeOf(await registers(meetingId, who))).toBe('BAD_REQUEST');
    const codes = new Set<unknown>();
    for (let count = 0; count < 31; count += 1)
      codes.add(codeOf(await registers(meetingId, { name: 'Ben', email: 'ben@example.org' }, '203.0.113.9')));
    expect(codes).toEqual(new Set([undefined, 'RATE_LIMITED']));
    expect((await registers(meetingId, { name: 'Cem', email: 'cem@example.org' })).status).toBe(201);
  });

  it('takes a whole IPv6 network for one address', async () => {
    const meetingId = await planned({ registration: {} });
    const codes: unknown[] = [];
    for (let host = 1; host <= 31; host += 1)
      codes.push(codeOf(await registers(meetingId, { name: 'Ben', email: 'ben@example.org' }, `2001:db8::${host}`)));
    expect(codes).toEqual([...Array.from({ length: 30 }, () => undefined), 'RATE_LIMITED']);
  });
});

it('a meeting that asks for none takes none, and lets guests in', async () => {
  const plain = await planned({});
  const who = { name: 'Ben', email: 'ben@example.org' };
  expect(codeOf(await registers(plain, who))).toBe('BAD_REQUEST');
  expect((await invitationOf(plain)).body).toMatchObject({ registration: null, capacity: null });
  expect((await tokenFor(plain)).status).toBe(201);
  const ended = await planned();
  await ada.ask('POST', `/v1/meetings/${ended}/end`);
  expect(codeOf(await registers(ended, who))).toBe('MEETING_ENDED');
});
