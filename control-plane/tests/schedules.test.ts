import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { codeOf } from '../src/testing/api.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { inBerlin, planned, scheduleView, startsOf, weekly } from '../src/testing/schedules.ts';
import { Visitor } from '../src/testing/visitor.ts';

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
    const { id, occurrences } = scheduleView.parse(body);
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
    const series = await planned(ada, weekly);
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
    const series = await planned(ada, weekly);
    const second = series.occurrences[1]?.meetingId;
    const path = `/v1/schedules/${series.id}`;
    await ada.ask('PATCH', `${path}/occurrences/${second}`, { title: 'Special' });
    const renamed = scheduleView.parse((await ada.ask('PATCH', path, { title: 'Monthly?' })).body);
    expect(renamed.occurrences.map(({ title }) => title)).toEqual(['Monthly?', 'Special', 'Monthly?']);
    // A password is for all of them.
    await ada.ask('PATCH', path, { settings: { password: 'open sesame' } });
    const { body: guarded } = await ada.ask('GET', `/v1/meetings/${second}`);
    expect(guarded).toMatchObject({ title: 'Special', hasPassword: true });
    const later = scheduleView.parse((await ada.ask('PATCH', path, { start: '2037-03-24T11:00' })).body);
    expect(startsOf(later)).toEqual([
      '2037-03-24T10:00:00.000Z',
      '2037-03-31T09:00:00.000Z',
      '2037-04-07T09:00:00.000Z',
    ]);
    expect(later.occurrences.map(({ meetingId }) => meetingId)).toEqual(
      series.occurrences.map((each) => each.meetingId),
    );
    expect(later.occurrences.map(({ title }) => title)).toEqual(['Monthly?', 'Monthly?', 'Monthly?']);
    const shorter = scheduleView.parse((await ada.ask('PATCH', path, { recurrence: 'FREQ=WEEKLY;COUNT=2' })).body);
    expect(startsOf(shorter)).toHaveLength(2);
    const once = scheduleView.parse((await ada.ask('PATCH', path, { recurrence: null })).body);
    expect([once.recurrence, startsOf(once).length, once.sequence]).toEqual([null, 1, 6]);
  });

  it('has its meetings again when it is as long as before, but for those that somebody cancelled', async () => {
    const series = await planned(ada, weekly);
    const path = `/v1/schedules/${series.id}`;
    const lasting = async (count: number) => {
      const { body } = await ada.ask('PATCH', path, { recurrence: `FREQ=WEEKLY;COUNT=${count}` });
      return startsOf(scheduleView.parse(body));
    };
    await lasting(2);
    expect(await lasting(3)).toEqual(startsOf(series));
    expect(await calendarFileOf(series.id)).not.toContain('EXDATE');
    await ada.ask('DELETE', `${path}/occurrences/${series.occurrences[1]?.meetingId}`);
    expect(await lasting(4)).toEqual([startsOf(series)[0], startsOf(series)[2], '2037-04-13T08:00:00.000Z']);
    expect(await calendarFileOf(series.id)).toContain('EXDATE;TZID=Europe/Berlin:20370330T100000');
  });

  it('is not changed so that no meeting is left', async () => {
    const once = await planned(ada, inBerlin);
    const path = `/v1/schedules/${once.id}`;
    expect(codeOf(await ada.ask('PATCH', path, { start: '2020-01-01T10:00' }))).toBe('BAD_REQUEST');
    expect(scheduleView.parse((await ada.ask('GET', path)).body)).toEqual(once);
  });

  it('is changed and gets more meetings when all it had are over', async () => {
    const series = await planned(ada, { ...weekly, recurrence: 'FREQ=WEEKLY;COUNT=2' });
    const ids = series.occurrences.map(({ meetingId }) => meetingId);
    const longAgo = (column: string) => `${column} = ${column} - interval '20 years'`;
    await mesh.query(`UPDATE meetings SET ${longAgo('start_time')} WHERE id = ANY($1)`, [ids]);
    await mesh.query(`UPDATE occurrences SET ${longAgo('original_start')} WHERE meeting_id = ANY($1)`, [ids]);
    const path = `/v1/schedules/${series.id}`;
    expect((await ada.ask('PATCH', path, { title: 'Was weekly' })).status).toBe(200);
    const { status, body } = await ada.ask('PATCH', path, { recurrence: 'FREQ=WEEKLY;COUNT=4' });
    expect(status).toBe(200);
    expect(startsOf(scheduleView.parse(body)).filter((start) => start > '2037')).toHaveLength(4);
  });

  it('is moved as a whole by one statement, and not at all by a new title', async () => {
    const series = await planned(ada, { ...weekly, recurrence: 'FREQ=WEEKLY;COUNT=20' });
    const path = `/v1/schedules/${series.id}`;
    const written = () =>
      mesh.query(
        `SELECT DISTINCT m.xmin AS meeting, m.cmin AS by, o.xmin AS place, o.cmin AS place_by
         FROM occurrences o JOIN meetings m ON m.id = o.meeting_id WHERE o.schedule_id = $1`,
        [series.id],
      );
    const [before] = await written();
    const renamed = scheduleView.parse((await ada.ask('PATCH', path, { title: 'Renamed' })).body);
    expect(renamed.occurrences.map(({ title }) => title)).toEqual(series.occurrences.map(() => 'Renamed'));
    const afterwards = await written();
    expect(afterwards).toEqual([{ ...Object(before), meeting: expect.anything(), by: expect.anything() }]);
    expect(scheduleView.parse((await ada.ask('PATCH', path, { title: 'Renamed' })).body).sequence).toBe(2);
    expect(await written()).toEqual(afterwards);
    await ada.ask('PATCH', path, { start: '2037-03-24T11:00' });
    expect(await written()).toHaveLength(1);
  });

  it('is changed by one at a time', async () => {
    const { id } = await planned(ada, weekly);
    const titles = ['a', 'b', 'c', 'd'];
    const answers = await Promise.all(titles.map((title) => ada.ask('PATCH', `/v1/schedules/${id}`, { title })));
    const done = answers.filter(({ status }) => status === 200);
    for (const answer of answers) if (answer.status !== 200) expect(codeOf(answer)).toBe('STALE_CHANGE');
    expect(scheduleView.parse((await ada.ask('GET', `/v1/schedules/${id}`)).body).sequence).toBe(done.length);
  });

  it('is cancelled, one meeting or all of it: nobody gets in, and its link says so', async () => {
    const series = await planned(ada, weekly);
    const path = `/v1/schedules/${series.id}`;
    const [first, second] = series.occurrences;
    const left = scheduleView.parse((await ada.ask('DELETE', `${path}/occurrences/${first?.meetingId}`)).body);
    expect(startsOf(left)).toHaveLength(2);
    const again = await ada.ask('DELETE', `${path}/occurrences/${first?.meetingId}`);
    expect([again.status, scheduleView.parse(again.body)]).toEqual([200, left]);
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

it('is not made of what is over', async () => {
  const asked = { ...inBerlin, start: '2000-01-01T10:00', recurrence: 'FREQ=DAILY' };
  const answer = await ada.ask('POST', '/v1/schedules', asked);
  expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_REQUEST']);
});

describe('an invitation for calendars', () => {
  it('names the series once and for all, with its zone, its rule and its link', async () => {
    const series = await planned(ada, { ...weekly, recurrence: 'FREQ=WEEKLY;UNTIL=20370406' });
    const file = await calendarFileOf(series.id);
    expect(file).toContain(`UID:${series.id}@canopy`);
    expect(file).toContain('DTSTART;TZID=Europe/Berlin:20370323T100000');
    expect(file).toContain('RRULE:FREQ=WEEKLY;COUNT=3\r\n');
    expect(file).toContain('BEGIN:VTIMEZONE');
    expect(file).toContain('SEQUENCE:0');
    expect(file).toContain(series.links.guest);
  });

  it('updates what a calendar has: exceptions, what is cancelled, and a sequence that grows', async () => {
    const series = await planned(ada, weekly);
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
    const { id } = await planned(ada, { ...inBerlin, title: 'A; B, C\nATTACH:x' });
    expect(await calendarFileOf(id)).toContain('SUMMARY:A\\; B\\, C ATTACH:x');
  });
});
