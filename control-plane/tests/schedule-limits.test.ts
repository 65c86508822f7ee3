import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { codeOf } from '../src/testing/api.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { inBerlin, planned, weekly } from '../src/testing/schedules.ts';
import { Visitor } from '../src/testing/visitor.ts';

let mesh: TestMesh;
let server: ControlPlane;

beforeAll(async () => {
  mesh = await TestMesh.create();
  server = await mesh.replica();
});

afterAll(() => mesh[Symbol.asyncDispose]());

it('is not changed by one owner without end, while one meeting is', async () => {
  const host = await Visitor.signedUp(server.httpAddress, 'Pat');
  const [series, single] = [await planned(host, weekly), await planned(host, inBerlin)];
  const rename = (id: string, title: string) => host.ask('PATCH', `/v1/schedules/${id}`, { title });
  for (let count = 0; count < 60; count += 1) await rename(series.id, `${count}`);
  expect(codeOf(await rename(series.id, 'Once more'))).toBe('RATE_LIMITED');
  expect((await rename(single.id, 'Other')).status).toBe(200);
});

it('has a limit for each owner, of what is to come', async () => {
  const host = await Visitor.signedUp(server.httpAddress, 'Host');
  const { id, occurrences } = await planned(host, inBerlin);
  await mesh.query(
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
  await planned(await Visitor.signedUp(server.httpAddress, 'Ada'), inBerlin);
  // One that is cancelled makes room, and so does one that is over, whether or not anybody came.
  await host.ask('DELETE', `/v1/schedules/${id}`);
  await planned(host, inBerlin);
  await refused();
  await mesh.query(
    `UPDATE meetings SET start_time = now() - interval '1 day' WHERE id =
       (SELECT meeting_id FROM occurrences WHERE status = 'scheduled' AND meeting_id <> $1 AND schedule_id IN
         (SELECT id FROM schedules WHERE host_id = (SELECT host_id FROM schedules WHERE id = $2)) LIMIT 1)`,
    [occurrences[0]?.meetingId, id],
  );
  await planned(host, inBerlin);
});

it('has a limit for the meetings that one owner plans in a day, also of those that are cancelled', async () => {
  const host = await Visitor.signedUp(server.httpAddress, 'Max');
  const { id } = await planned(host, { ...weekly, recurrence: 'FREQ=WEEKLY;COUNT=4' });
  await mesh.query(
    `WITH copies AS (
       INSERT INTO meetings (id, api_key_id, host_id, title, mode, status, settings)
       SELECT gen_random_uuid(), api_key_id, host_id, title, mode, 'ended', settings FROM schedules, generate_series(1, 19990) WHERE id = $1
       RETURNING id
     )
     INSERT INTO occurrences (schedule_id, meeting_id, original_start, duration_minutes, status)
     SELECT $1, id, '2036-03-23', 60, 'cancelled' FROM copies`,
    [id],
  );
  const { id: other } = await planned(host, { ...weekly, recurrence: 'FREQ=WEEKLY;COUNT=4' });
  const path = `/v1/schedules/${other}`;
  await host.ask('PATCH', path, { recurrence: 'FREQ=WEEKLY;COUNT=1' });
  const longer = await host.ask('PATCH', path, { recurrence: 'FREQ=WEEKLY;COUNT=4' });
  expect([longer.status, codeOf(longer)]).toEqual([429, 'LIMIT_REACHED']);
  expect((await host.ask('PATCH', path, { title: 'As before' })).status).toBe(200);
  await host.ask('DELETE', path);
  const answer = await host.ask('POST', '/v1/schedules', weekly);
  expect([answer.status, codeOf(answer)]).toEqual([429, 'LIMIT_REACHED']);
  await mesh.query(
    `UPDATE meetings SET created_at = created_at - interval '1 day' WHERE host_id =
    (SELECT host_id FROM schedules WHERE id = $1)`,
    [id],
  );
  await planned(host, weekly);
});
