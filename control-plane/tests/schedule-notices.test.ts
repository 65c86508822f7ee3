import { VirtualClock } from '@canopy/runtime/clock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ControlPlane } from '../src/context.ts';
import { joinWith } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { inBerlin, planned, scheduleView, startsOf, weekly } from '../src/testing/schedules.ts';
import { Visitor } from '../src/testing/visitor.ts';

let mesh: TestMesh;
let server: ControlPlane;

beforeAll(async () => {
  mesh = await TestMesh.create();
  await mesh.edge('europe', 'eu-central-1');
  server = await mesh.replica();
  await mesh.untilHeard([server], ['europe']);
});

afterAll(() => mesh[Symbol.asyncDispose]());

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
    const series = await planned(host, { ...request, settings: { earlyJoinMinutes: 5 } });
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
  const series = await planned(host, { ...weekly, settings: { lobby: 'guests' } });
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
  const { id, occurrences } = await planned(host, weekly);
  await own.gates.redis.close();
  const { status, body } = await host.ask('DELETE', `/v1/schedules/${id}/occurrences/${occurrences[0]?.meetingId}`);
  expect([status, startsOf(scheduleView.parse(body)).length]).toEqual([200, 2]);
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
  const series = await planned(host, { ...inBerlin, timeZone: 'UTC', start: '2037-06-01T10:00' });
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
