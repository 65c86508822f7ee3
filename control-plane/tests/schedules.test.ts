import { VirtualClock } from '@canopy/runtime/clock';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { ControlPlane } from '../src/context.ts';
import { codeOf } from '../src/testing/api.ts';
import { joinWith } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { Visitor } from '../src/testing/visitor.ts';

const view = z.object({
  id: z.string(),
  title: z.string(),
  recurrence: z.string().nullable(),
  sequence: z.number(),
  status: z.string(),
  links: z.object({ guest: z.string(), host: z.string(), calendar: z.string() }),
  occurrences: z.array(
    z.object({
      meetingId: z.string(),
      title: z.string(),
      startTime: z.string(),
      status: z.string(),
      overridden: z.boolean(),
    }),
  ),
});

const inBerlin = { title: 'Weekly', timeZone: 'Europe/Berlin', start: '2037-03-23T10:00' };
const weekly = { ...inBerlin, recurrence: 'FREQ=WEEKLY;COUNT=3' };

let mesh: TestMesh;
let server: ControlPlane;
let ada: Visitor;

beforeAll(async () => {
  mesh = await TestMesh.create();
  await mesh.edge('europe', 'eu-central-1');
  server = await mesh.replica();
  await mesh.untilHeard([server], ['europe']);
  ada = await Visitor.signedUp(server.httpAddress, 'Ada');
});

afterAll(() => mesh[Symbol.asyncDispose]());

async function planned(request: object, who = ada) {
  const { status, body } = await who.ask('POST', '/v1/schedules', request);
  if (status !== 201) throw new Error(`not planned: ${JSON.stringify(body)}`);
  return view.parse(body);
}

async function connected(): Promise<Client> {
  const database = new Client({ connectionString: mesh.config.databaseUrl });
  onTestFinished(() => database.end());
  await database.connect();
  return database;
}

const startsOf = ({ occurrences }: z.output<typeof view>) =>
  occurrences.filter(({ status }) => status === 'scheduled').map(({ startTime }) => startTime);

async function calendarFileOf(scheduleId: string): Promise<string> {
  const { headers, body } = await new Visitor(server.httpAddress).ask(
    'GET',
    `/v1/schedules/${scheduleId}/invitation.ics`,
  );
  expect(headers.get('content-type')).toBe('text/calendar; charset=utf-8');
  return String(body.text).replace(/\r\n[ \t]/g, '');
}

describe('a password', () => {
  it('is asked for at each meeting, kept as a hash, and stays until another one is given', async () => {
    const bea = await Visitor.signedUp(server.httpAddress, 'Bea');
    const asked = { ...weekly, settings: { password: 'open sesame', lobby: 'guests' } };
    const { status, body } = await bea.ask('POST', '/v1/schedules', asked);
    expect([status, body]).toMatchObject([201, { hasPassword: true, settings: { lobby: 'guests' } }]);
    expect(JSON.stringify(body)).not.toContain('sesame');
    const { id, occurrences } = view.parse(body);
    const changed = await bea.ask('PATCH', `/v1/schedules/${id}`, { settings: { capacity: 5 } });
    expect(changed.body).toMatchObject({ hasPassword: true, settings: { capacity: 5 } });
    for (const { meetingId } of occurrences) {
      const { body: meeting } = await bea.ask('GET', `/v1/meetings/${meetingId}`);
      expect(meeting).toMatchObject({ hasPassword: true, settings: { capacity: 5 } });
      expect(JSON.stringify(meeting)).not.toContain('sesame');
    }
  });
});

describe('a series', () => {
  it('keeps its time on the wall over a change of clocks, and is listed meeting by meeting', async () => {
    const series = await planned(weekly);
    expect(startsOf(series)).toEqual([
      '2037-03-23T09:00:00.000Z',
      '2037-03-30T08:00:00.000Z',
      '2037-04-06T08:00:00.000Z',
    ]);
    const range = 'from=2037-03-24T00:00:00Z&to=2037-04-01T00:00:00Z';
    const { body } = await ada.ask('GET', `/v1/schedules?${range}`);
    expect(body.meetings).toMatchObject([
      { startTime: '2037-03-30T08:00:00.000Z', schedule: { id: series.id, title: 'Weekly' } },
    ]);
    const ben = await Visitor.signedUp(server.httpAddress, 'Ben');
    expect((await ben.ask('GET', `/v1/schedules?${range}`)).body).toEqual({ meetings: [] });
    for (const method of ['GET', 'DELETE'])
      expect((await ben.ask(method, `/v1/schedules/${series.id}`)).status).toBe(404);
  });

  it('is changed as a whole: meetings keep their links, and what was changed for one of them goes with new times', async () => {
    const series = await planned(weekly);
    const second = series.occurrences[1]?.meetingId;
    const path = `/v1/schedules/${series.id}`;
    await ada.ask('PATCH', `${path}/occurrences/${second}`, { title: 'Special' });
    const renamed = view.parse((await ada.ask('PATCH', path, { title: 'Monthly?' })).body);
    expect(renamed.occurrences.map(({ title }) => title)).toEqual(['Monthly?', 'Special', 'Monthly?']);
    // A password is for all of them.
    await ada.ask('PATCH', path, { settings: { password: 'open sesame' } });
    const { body: guarded } = await ada.ask('GET', `/v1/meetings/${second}`);
    expect(guarded).toMatchObject({ title: 'Special', hasPassword: true });
    const later = view.parse((await ada.ask('PATCH', path, { start: '2037-03-24T11:00' })).body);
    expect(startsOf(later)).toEqual([
      '2037-03-24T10:00:00.000Z',
      '2037-03-31T09:00:00.000Z',
      '2037-04-07T09:00:00.000Z',
    ]);
    expect(later.occurrences.map(({ meetingId }) => meetingId)).toEqual(
      series.occurrences.map((each) => each.meetingId),
    );
    expect(later.occurrences.map(({ title }) => title)).toEqual(['Monthly?', 'Monthly?', 'Monthly?']);
    const shorter = view.parse((await ada.ask('PATCH', path, { recurrence: 'FREQ=WEEKLY;COUNT=2' })).body);
    expect(startsOf(shorter)).toHaveLength(2);
    const once = view.parse((await ada.ask('PATCH', path, { recurrence: null })).body);
    expect([once.recurrence, startsOf(once).length, once.sequence]).toEqual([null, 1, 6]);
  });

  it('has its meetings again when it is as long as before, but for those that somebody cancelled', async () => {
    const series = await planned(weekly);
    const path = `/v1/schedules/${series.id}`;
    const lasting = async (count: number) => {
      const { body } = await ada.ask('PATCH', path, { recurrence: `FREQ=WEEKLY;COUNT=${count}` });
      return startsOf(view.parse(body));
    };
    await lasting(2);
    expect(await lasting(3)).toEqual(startsOf(series));
    expect(await calendarFileOf(series.id)).not.toContain('EXDATE');
    await ada.ask('DELETE', `${path}/occurrences/${series.occurrences[1]?.meetingId}`);
    expect(await lasting(4)).toEqual([startsOf(series)[0], startsOf(series)[2], '2037-04-13T08:00:00.000Z']);
    expect(await calendarFileOf(series.id)).toContain('EXDATE;TZID=Europe/Berlin:20370330T100000');
  });

  it('is not changed so that no meeting is left', async () => {
    const once = await planned(inBerlin);
    const path = `/v1/schedules/${once.id}`;
    expect(codeOf(await ada.ask('PATCH', path, { start: '2020-01-01T10:00' }))).toBe('BAD_REQUEST');
    expect(view.parse((await ada.ask('GET', path)).body)).toEqual(once);
  });

  it('is changed and gets more meetings when all it had are over', async () => {
    const series = await planned({ ...weekly, recurrence: 'FREQ=WEEKLY;COUNT=2' });
    const database = await connected();
    const ids = series.occurrences.map(({ meetingId }) => meetingId);
    const longAgo = (column: string) => `${column} = ${column} - interval '20 years'`;
    await database.query(`UPDATE meetings SET ${longAgo('start_time')} WHERE id = ANY($1)`, [ids]);
    await database.query(`UPDATE occurrences SET ${longAgo('original_start')} WHERE meeting_id = ANY($1)`, [ids]);
    const path = `/v1/schedules/${series.id}`;
    expect((await ada.ask('PATCH', path, { title: 'Was weekly' })).status).toBe(200);
    const { status, body } = await ada.ask('PATCH', path, { recurrence: 'FREQ=WEEKLY;COUNT=4' });
    expect(status).toBe(200);
    expect(startsOf(view.parse(body)).filter((start) => start > '2037')).toHaveLength(4);
  });

  it('is moved as a whole by one statement, and not at all by a new title', async () => {
    const series = await planned({ ...weekly, recurrence: 'FREQ=WEEKLY;COUNT=20' });
    const path = `/v1/schedules/${series.id}`;
    const database = await connected();
    const written = async (): Promise<unknown[]> => {
      const { rows } = await database.query(
        `SELECT DISTINCT m.xmin AS meeting, m.cmin AS by, o.xmin AS place, o.cmin AS place_by
         FROM occurrences o JOIN meetings m ON m.id = o.meeting_id WHERE o.schedule_id = $1`,
        [series.id],
      );
      return rows;
    };
    const [before] = await written();
    const renamed = view.parse((await ada.ask('PATCH', path, { title: 'Renamed' })).body);
    expect(renamed.occurrences.map(({ title }) => title)).toEqual(series.occurrences.map(() => 'Renamed'));
    const afterwards = await written();
    expect(afterwards).toEqual([{ ...Object(before), meeting: expect.anything(), by: expect.anything() }]);
    expect(view.parse((await ada.ask('PATCH', path, { title: 'Renamed' })).body).sequence).toBe(2);
    expect(await written()).toEqual(afterwards);
    await ada.ask('PATCH', path, { start: '2037-03-24T11:00' });
    expect(await written()).toHaveLength(1);
  });

  it('is not changed by one owner without end, while one meeting is', async () => {
    const host = await Visitor.signedUp(server.httpAddress, 'Pat');
    const [series, single] = [await planned(weekly, host), await planned(inBerlin, host)];
    const rename = (id: string, title: string) => host.ask('PATCH', `/v1/schedules/${id}`, { title });
    for (let count = 0; count < 60; count += 1) await rename(series.id, `${count}`);
    expect(codeOf(await rename(series.id, 'Once more'))).toBe('RATE_LIMITED');
    expect((await rename(single.id, 'Other')).status).toBe(200);
  });

  it('is changed by one at a time', async () => {
    const { id } = await planned(weekly);
    const titles = ['a', 'b', 'c', 'd'];
    const answers = await Promise.all(titles.map((title) => ada.ask('PATCH', `/v1/schedules/${id}`, { title })));
    const done = answers.filter(({ status }) => status === 200);
    for (const answer of answers) if (answer.status !== 200) expect(codeOf(answer)).toBe('STALE_CHANGE');
    expect(view.parse((await ada.ask('GET', `/v1/schedules/${id}`)).body).sequence).toBe(done.length);
  });

  it('is cancelled, one meeting or all of it: nobody gets in, and its link says so', async () => {
    const series = await planned(weekly);
    const path = `/v1/schedules/${series.id}`;
    const [first, second] = series.occurrences;
    const left = view.parse((await ada.ask('DELETE', `${path}/occurrences/${first?.meetingId}`)).body);
    expect(startsOf(left)).toHaveLength(2);
    const again = await ada.ask('DELETE', `${path}/occurrences/${first?.meetingId}`);
    expect([again.status, view.parse(again.body)]).toEqual([200, left]);
    expect(codeOf(await ada.ask('PATCH', `${path}/occurrences/${first?.meetingId}`, { title: 'T' }))).toBe(
      'MEETING_ENDED',
    );
    const guest = new Visitor(server.httpAddress);
    expect((await guest.ask('GET', `${path}/invitation`)).body).toMatchObject({
      next: { meetingId: second?.meetingId },
    });
    expect((await ada.ask('DELETE', path)).body).toMatchObject({ status: 'cancelled' });
    expect((await ada.ask('DELETE', `${path}/occurrences/${second?.meetingId}`)).status).toBe(200);
    expect((await guest.ask('GET', `${path}/invitation`)).body).toMatchObject({ status: 'cancelled', next: null });
    const token = await guest.ask('POST', `/v1/meetings/${second?.meetingId}/tokens`, { name: 'G', role: 'panelist' });
    expect(codeOf(token)).toBe('MEETING_ENDED');
  });

  it.each([
    { recurrence: 'FREQ=SECONDLY' },
    { timeZone: 'Mars/Olympus' },
    { start: 'tomorrow' },
    { durationMinutes: 0 },
    { recurrence: 'FREQ=DAILY;UNTIL=20360101' },
    { title: 'x'.repeat(201) },
  ])('refuses %j', async (wrong) => {
    expect(codeOf(await ada.ask('POST', '/v1/schedules', { ...weekly, ...wrong }))).toBe('BAD_REQUEST');
  });

  it('is nothing for somebody unknown', async () => {
    expect((await new Visitor(server.httpAddress).ask('POST', '/v1/schedules', weekly)).status).toBe(401);
  });
});

describe('an invitation for calendars', () => {
  it('names the series once and for all, with its zone, its rule and its link', async () => {
    const series = await planned({ ...weekly, recurrence: 'FREQ=WEEKLY;UNTIL=20370406' });
    const file = await calendarFileOf(series.id);
    expect(file).toContain(`UID:${series.id}@canopy`);
    expect(file).toContain('DTSTART;TZID=Europe/Berlin:20370323T100000');
    expect(file).toContain('RRULE:FREQ=WEEKLY;COUNT=3\r\n');
    expect(file).toContain('BEGIN:VTIMEZONE');
    expect(file).toContain('SEQUENCE:0');
    expect(file).toContain(series.links.guest);
  });

  it('updates what a calendar has: exceptions, what is cancelled, and a sequence that grows', async () => {
    const series = await planned(weekly);
    const [first, second] = series.occurrences;
    const path = `/v1/schedules/${series.id}`;
    await ada.ask('DELETE', `${path}/occurrences/${first?.meetingId}`);
    await ada.ask('PATCH', `${path}/occurrences/${second?.meetingId}`, { startTime: '2037-03-30T12:00:00Z' });
    const file = await calendarFileOf(series.id);
    expect(file).toContain('EXDATE;TZID=Europe/Berlin:20370323T100000');
    expect(file).toContain('RECURRENCE-ID;TZID=Europe/Berlin:20370330T100000');
    expect(file).toContain('DTSTART;TZID=Europe/Berlin:20370330T140000');
    expect(file).toContain('SEQUENCE:2');
    await ada.ask('DELETE', path);
    const gone = await calendarFileOf(series.id);
    expect(gone).toContain('METHOD:CANCEL');
    expect(gone).toContain('STATUS:CANCELLED');
    expect(gone).toContain('SEQUENCE:3');
    expect(gone).toContain(`UID:${series.id}@canopy`);
  });

  it('keeps what people write from becoming lines of the file', async () => {
    const { id } = await planned({ ...inBerlin, title: 'A; B, C\nATTACH:x' });
    expect(await calendarFileOf(id)).toContain('SUMMARY:A\\; B\\, C ATTACH:x');
  });
});

describe('a guest who comes early', () => {
  it('is told when it opens, and comes in then; the host prepares', async () => {
    await using own = await TestMesh.create();
    await own.edge('europe', 'eu-central-1');
    const replica = await own.replica();
    await own.untilHeard([replica], ['europe']);
    const host = await Visitor.signedUp(replica.httpAddress, 'Host');
    const guest = new Visitor(replica.httpAddress);
    const soon = (ms: number) => new Date(Math.ceil((Date.now() + ms) / 60_000) * 60_000).toISOString().slice(0, 16);
    const request = { title: 'Soon', mode: 'webinar', timeZone: 'UTC', start: soon(3_600_000) };
    const series = await planned({ ...request, settings: { earlyJoinMinutes: 5 } }, host);
    const meetingId = series.occurrences[0]?.meetingId;
    const enter = async (who: Visitor, role: string) => {
      const { body } = await who.ask('POST', `/v1/meetings/${meetingId}/tokens`, { name: role, role });
      return (await own.client(replica)).ask({ join: joinWith(String(body.token)) });
    };
    const { error } = await enter(guest, 'attendee');
    expect(error?.code).toBe('MEETING_NOT_OPEN');
    const { body } = await guest.ask('GET', `/v1/meetings/${meetingId}/invitation`);
    const opensAt = Date.parse(String(body.startTime)) - 5 * 60_000;
    expect(body.opensAt).toBe(new Date(opensAt).toISOString());
    expect(error?.message).toContain(String(body.opensAt));
    expect((await enter(host, 'host')).joined).toBeDefined();
    await host.ask('PATCH', `/v1/meetings/${meetingId}`, { settings: { earlyJoinMinutes: 120 } });
    expect((await enter(guest, 'attendee')).joined).toBeDefined();
  });
});

it('tells whoever waits in the lobby of a meeting that is cancelled, however it is, and webhooks only of the cancelling', async () => {
  const host = await Visitor.signedUp(server.httpAddress, 'Lea');
  await host.ask('POST', '/v1/webhooks', {
    url: 'http://127.0.0.1:9/',
    events: ['meeting.ended', 'meeting.cancelled'],
  });
  const series = await planned({ ...weekly, settings: { lobby: 'guests' } }, host);
  const path = `/v1/schedules/${series.id}`;
  const waiting = await Promise.all(
    series.occurrences.map(async ({ meetingId }) => {
      const guest = new Visitor(server.httpAddress);
      const { body } = await guest.ask('POST', `/v1/meetings/${meetingId}/tokens`, { name: 'G', role: 'panelist' });
      const client = await mesh.client(server);
      client.ws.send(JSON.stringify({ id: 1, join: joinWith(String(body.token)) }));
      await client.until((message) => message.waiting);
      return { meetingId, client };
    }),
  );
  const [first, second, third] = waiting;
  await host.ask('DELETE', `${path}/occurrences/${first?.meetingId}`);
  expect(await first?.client.untilGoodbye()).toBe('MEETING_ENDED');
  await host.ask('PATCH', path, { recurrence: 'FREQ=WEEKLY;COUNT=2' });
  expect(await third?.client.untilGoodbye()).toBe('MEETING_ENDED');
  expect((await second?.client.ask({ ping: {} }))?.done).toEqual({});
  await host.ask('DELETE', path);
  expect(await second?.client.untilGoodbye()).toBe('MEETING_ENDED');
  const { body } = await host.ask('GET', '/v1/webhooks');
  const [{ id }] = z.tuple([z.object({ id: z.string() })]).parse(body.webhooks);
  const { deliveries } = (await host.ask('GET', `/v1/webhooks/${id}/deliveries`)).body;
  expect(deliveries).toMatchObject([{ type: 'meeting.cancelled' }, { type: 'meeting.cancelled' }]);
});

it('stays cancelled when those who wait for it can not be told', async () => {
  await using own = await TestMesh.create({ gated: true });
  const replica = await own.replica();
  const host = await Visitor.signedUp(replica.httpAddress, 'Mia');
  const { id, occurrences } = await planned(weekly, host);
  await own.gates.redis.close();
  const { status, body } = await host.ask('DELETE', `/v1/schedules/${id}/occurrences/${occurrences[0]?.meetingId}`);
  expect([status, startsOf(view.parse(body)).length]).toEqual([200, 2]);
});

it('is not made of what is over', async () => {
  const asked = { ...inBerlin, start: '2000-01-01T10:00', recurrence: 'FREQ=DAILY' };
  const answer = await ada.ask('POST', '/v1/schedules', asked);
  expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_REQUEST']);
});

it('has a limit for each owner, of what is to come', async () => {
  const host = await Visitor.signedUp(server.httpAddress, 'Host');
  const { id, occurrences } = await planned(inBerlin, host);
  const database = await connected();
  await database.query(
    `WITH copies AS (
       SELECT s.*, gen_random_uuid() AS schedule_id, gen_random_uuid() AS meeting_id FROM schedules s, generate_series(2, 1000) WHERE s.id = $1
     ), planned AS (
       INSERT INTO schedules (id, api_key_id, host_id, title, mode, time_zone, start, duration_minutes, settings, status)
       SELECT schedule_id, api_key_id, host_id, title, mode, time_zone, start, duration_minutes, settings, status FROM copies
     ), meetings AS (
       INSERT INTO meetings (id, api_key_id, host_id, title, mode, status, start_time, settings)
       SELECT meeting_id, api_key_id, host_id, title, mode, 'scheduled', '2037-03-23', settings FROM copies
     )
     INSERT INTO occurrences (schedule_id, meeting_id, original_start, duration_minutes, status)
     SELECT schedule_id, meeting_id, '2037-03-23', duration_minutes, 'scheduled' FROM copies`,
    [id],
  );
  const refused = async () => {
    const answer = await host.ask('POST', '/v1/schedules', inBerlin);
    expect([answer.status, codeOf(answer)]).toEqual([429, 'LIMIT_REACHED']);
  };
  await refused();
  await planned(inBerlin);
  // One that is cancelled makes room, and so does one that is over, whether or not anybody came.
  await host.ask('DELETE', `/v1/schedules/${id}`);
  await planned(inBerlin, host);
  await refused();
  await database.query(
    `UPDATE meetings SET start_time = now() - interval '1 day' WHERE id =
       (SELECT meeting_id FROM occurrences WHERE status = 'scheduled' AND meeting_id <> $1 AND schedule_id IN
         (SELECT id FROM schedules WHERE host_id = (SELECT host_id FROM schedules WHERE id = $2)) LIMIT 1)`,
    [occurrences[0]?.meetingId, id],
  );
  await planned(inBerlin, host);
});

it('has a limit for the meetings that one owner plans in a day, also of those that are cancelled', async () => {
  const host = await Visitor.signedUp(server.httpAddress, 'Max');
  const { id } = await planned({ ...weekly, recurrence: 'FREQ=WEEKLY;COUNT=4' }, host);
  const database = await connected();
  await database.query(
    `WITH copies AS (
       INSERT INTO meetings (id, api_key_id, host_id, title, mode, status, settings)
       SELECT gen_random_uuid(), api_key_id, host_id, title, mode, 'ended', settings FROM schedules, generate_series(1, 19990) WHERE id = $1
       RETURNING id
     )
     INSERT INTO occurrences (schedule_id, meeting_id, original_start, duration_minutes, status)
     SELECT $1, id, '2036-03-23', 60, 'cancelled' FROM copies`,
    [id],
  );
  const { id: other } = await planned({ ...weekly, recurrence: 'FREQ=WEEKLY;COUNT=4' }, host);
  const path = `/v1/schedules/${other}`;
  await host.ask('PATCH', path, { recurrence: 'FREQ=WEEKLY;COUNT=1' });
  const longer = await host.ask('PATCH', path, { recurrence: 'FREQ=WEEKLY;COUNT=4' });
  expect([longer.status, codeOf(longer)]).toEqual([429, 'LIMIT_REACHED']);
  expect((await host.ask('PATCH', path, { title: 'As before' })).status).toBe(200);
  await host.ask('DELETE', path);
  const answer = await host.ask('POST', '/v1/schedules', weekly);
  expect([answer.status, codeOf(answer)]).toEqual([429, 'LIMIT_REACHED']);
  await database.query(
    `UPDATE meetings SET created_at = created_at - interval '1 day' WHERE host_id =
    (SELECT host_id FROM schedules WHERE id = $1)`,
    [id],
  );
  await planned(weekly, host);
});

it('has reminders told once, whichever replica looks', async () => {
  await using own = await TestMesh.create();
  const clocks = [
    new VirtualClock(Date.parse('2037-06-01T09:50:00Z')),
    new VirtualClock(Date.parse('2037-06-01T09:50:00Z')),
  ];
  const [first] = await Promise.all(clocks.map((clock) => own.replica({ clock })));
  const host = await Visitor.signedUp(first?.httpAddress ?? '', 'Host');
  await host.ask('POST', '/v1/webhooks', { url: 'http://127.0.0.1:9/', events: ['meeting.reminder'] });
  const series = await planned({ ...inBerlin, timeZone: 'UTC', start: '2037-06-01T10:00' }, host);
  const { body } = await host.ask('GET', '/v1/webhooks');
  const [{ id }] = z.tuple([z.object({ id: z.string() })]).parse(body.webhooks);
  const reminders = async () => (await host.ask('GET', `/v1/webhooks/${id}/deliveries`)).body.deliveries;
  for (const clock of clocks) clock.advance(15_000);
  await expect
    .poll(reminders, { timeout: 10_000 })
    .toMatchObject([{ type: 'meeting.reminder', payload: expect.stringContaining(series.id) }]);
  for (const clock of clocks) clock.advance(15_000);
  await host.ask('GET', '/v1/schedules?from=2037-06-01T00:00:00Z&to=2037-06-02T00:00:00Z');
  expect(await reminders()).toHaveLength(1);
});
