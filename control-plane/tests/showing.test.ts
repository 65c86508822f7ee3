import { isDeepStrictEqual } from 'node:util';
import type { ReceptionCounts } from '@canopy/proto/signal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import { joinWith, screen, sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined, type Person, published } from '../src/testing/people.ts';
import type { SignalClient } from '../src/testing/signal-client.ts';

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;

beforeAll(async () => {
  mesh = await TestMesh.create({ timing: { tellCountsEveryMs: 100 } });
  await mesh.edge('europe', 'eu-central-1');
  await mesh.edge('australia', 'ap-southeast-2');
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([one, two], ['europe', 'australia']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

/** Ada hosts, Ben takes part through another replica. */
async function meeting(mode: 'meeting' | 'webinar' = 'meeting', role: 'panelist' | 'attendee' = 'panelist') {
  const meetingId = await newMeeting(one.httpAddress, { mode });
  const ada = await joined(mesh, one, meetingId, 'Ada');
  const ben = await joined(mesh, two, meetingId, 'Ben', { location: sydney, role });
  return { meetingId, ada, ben };
}

/** Until it is told just these counts. */
async function untilCounted(client: SignalClient, counts: ReceptionCounts): Promise<void> {
  await client.until(({ receptionCounts }) => isDeepStrictEqual(receptionCounts, counts) || undefined);
}

it('a host puts somebody before everybody’s eyes, and who comes later sees it too', async () => {
  const { meetingId, ada, ben } = await meeting();
  const { participantId } = ben;
  expect(await ada.client.ask({ setSpotlight: { participantId, on: true } })).toMatchObject({ done: {} });
  await ben.client.untilEvent(({ participantUpdated: who }) => who?.id === participantId && who.spotlight === true);
  const cleo = await joined(mesh, two, meetingId, 'Cleo', { role: 'panelist' });
  const seen = cleo.answer.meeting?.participants.find(({ id }) => id === participantId);
  expect(seen).toMatchObject({ spotlight: true, spotlightBy: ada.participantId });
  await ada.client.ask({ setSpotlight: { participantId, on: false } });
  await cleo.client.untilEvent(({ participantUpdated: who }) => who?.id === participantId && who.spotlight !== true);
});

it('who has to join again stays before everybody’s eyes, and others still know how well the meeting reaches them', async () => {
  const { meetingId, ada, ben } = await meeting();
  const { participantId, token } = ben;
  await ada.client.ask({ setSpotlight: { participantId, on: true } });
  await ben.client.ask({ reportReception: { networkQuality: 2, seesTrackId: '' } });
  const client = await mesh.client(one);
  expect((await client.ask({ join: joinWith(token, sydney) })).joined?.participantId).toBe(participantId);
  const cleo = await joined(mesh, two, meetingId, 'Cleo', { role: 'panelist' });
  const seen = cleo.answer.meeting?.participants.find(({ id }) => id === participantId);
  expect(seen).toMatchObject({ spotlight: true, spotlightBy: ada.participantId, networkQuality: 2 });
});

it('the owner of a meeting and its hosts do so over REST, and others don’t', async () => {
  const { meetingId, ada, ben } = await meeting();
  const spotlight = (method: 'PUT' | 'DELETE', id: string, authorization?: string | null) =>
    call(two.httpAddress, method, `/v1/meetings/${meetingId}/participants/${id}/spotlight`, undefined, authorization);
  const untilSpotlight = (on: boolean) =>
    ada.client.untilEvent(({ participantUpdated: who }) => who?.id === ben.participantId && who.spotlight === on);
  const trackId = await published(ben, { ...screen, muted: true });
  expect((await spotlight('PUT', ben.participantId)).status).toBe(204);
  await untilSpotlight(true);
  const listed = await call(one.httpAddress, 'GET', `/v1/meetings/${meetingId}/participants`);
  const bens = { id: ben.participantId, spotlight: true, tracks: [{ id: trackId, source: 'screen', muted: true }] };
  expect(listed.body.participants).toEqual(
    expect.arrayContaining([
      expect.objectContaining(bens),
      expect.objectContaining({ id: ada.participantId, spotlight: false, tracks: [] }),
    ]),
  );
  expect((await spotlight('DELETE', ben.participantId, `Bearer ${ada.token}`)).status).toBe(204);
  await untilSpotlight(false);
  expect(codeOf(await spotlight('PUT', ben.participantId, `Bearer ${ben.token}`))).toBe('FORBIDDEN');
  expect(codeOf(await spotlight('PUT', ben.participantId, null))).toBe('TOKEN_INVALID');
  expect(codeOf(await spotlight('PUT', 'nobody'))).toBe('PARTICIPANT_NOT_FOUND');
  const other = await meeting();
  expect(codeOf(await spotlight('PUT', ben.participantId, `Bearer ${other.ada.token}`))).toBe('MEETING_NOT_FOUND');
});

it('nobody else may, and nobody of another meeting can be reached', async () => {
  const [{ ada, ben }, other] = [await meeting(), await meeting()];
  const forbidden = await ben.client.ask({ setSpotlight: { participantId: ben.participantId, on: true } });
  expect(forbidden.error?.code).toBe('FORBIDDEN');
  const stranger = await ada.client.ask({ setSpotlight: { participantId: other.ben.participantId, on: true } });
  expect(stranger.error?.code).toBe('PARTICIPANT_NOT_FOUND');
});

it('tells how well the meeting reaches somebody, once for each change, and not more often than is of use', async () => {
  const { ada, ben } = await meeting();
  const report = (networkQuality: number) => ben.client.ask({ reportReception: { networkQuality, seesTrackId: '' } });
  await report(2);
  await report(2);
  await report(4);
  await ada.client.untilEvent(({ participantUpdated: who }) => who?.networkQuality === 4);
  const heard = ada.client.events().flatMap(({ participantUpdated: who }) => who?.networkQuality ?? []);
  expect(heard).toEqual([2, 4]);
  await expect.poll(async () => (await report(1)).error?.code).toBe('RATE_LIMITED');
});

it('refuses what cannot be', async () => {
  const { ben } = await meeting();
  const codes = [];
  for (const report of [
    { networkQuality: 5, seesTrackId: '' },
    { networkQuality: 4, seesTrackId: 'of another meeting' },
    { networkQuality: 4, seesTrackId: '', clockAheadMs: 1e20 },
  ]) {
    codes.push((await ben.client.ask({ reportReception: report })).error?.code);
  }
  expect(codes).toEqual(['MALFORMED_MESSAGE', 'TRACK_NOT_FOUND', 'MALFORMED_MESSAGE']);
});

it('clocks are compared with the server’s, and others are told how somebody’s goes', async () => {
  const { ada, ben } = await meeting();
  const before = Date.now();
  const { time } = await ben.client.ask({ getTime: {} });
  expect(time?.unixMs).toBeGreaterThanOrEqual(before);
  expect(time?.unixMs).toBeLessThanOrEqual(Date.now());
  await ben.client.ask({ reportReception: { networkQuality: 4, seesTrackId: '', clockAheadMs: -250 } });
  await ada.client.untilEvent(({ participantUpdated: who }) => who?.clockAheadMs === -250);
});

it('of a webinar’s attendees nobody is told, but hosts and who shares a screen learn how many it reaches', async () => {
  const { meetingId, ada, ben } = await meeting('webinar', 'attendee');
  const paul = await joined(mesh, two, meetingId, 'Paul', { role: 'panelist' });
  const slides = await published(paul, screen);
  await ben.client.untilEvent(({ trackPublished }) => trackPublished?.id === slides);
  await ben.client.ask({ reportReception: { networkQuality: 1, seesTrackId: slides } });
  await ada.client.ask({ reportReception: { networkQuality: 3, seesTrackId: '' } });
  const all = { byQuality: [1, 0, 1, 0], screens: [{ trackId: slides, count: 1 }], seeingNone: 1, backstage: 0 };
  for (const { client } of [ada, paul]) await untilCounted(client, all);
  expect(ada.client.events().some(({ participantUpdated: who }) => who?.networkQuality === 1)).toBe(false);
  await ben.client.ask({ leave: {} });
  for (const { client } of [ada, paul])
    await untilCounted(client, { ...all, byQuality: [0, 0, 1, 0], screens: [{ trackId: slides, count: 0 }] });
  expect(ben.client.received.some(({ receptionCounts }) => receptionCounts !== undefined)).toBe(false);
});

it('of more than a hundred on stage all are counted, over all replicas, and none is told of by name but how the clock of a publisher goes', async () => {
  const { meetingId, ada, ben } = await meeting();
  const crowd: Person[] = [];
  for (let index = 0; index < 99; index++) {
    const replica = index % 2 === 0 ? one : two;
    crowd.push(await joined(mesh, replica, meetingId, `Person ${index}`, { role: 'panelist' }));
  }
  const slides = await published(ben, screen);
  await Promise.all(
    crowd.map(({ client }) => client.untilEvent(({ trackPublished }) => trackPublished?.id === slides)),
  );
  await Promise.all(
    crowd.map(({ client }, index) => {
      const report = { networkQuality: 1 + (index % 4), seesTrackId: index < 40 ? slides : '', clockAheadMs: 7 };
      return client.ask({ reportReception: report });
    }),
  );
  await ben.client.ask({ reportReception: { networkQuality: 4, seesTrackId: '', clockAheadMs: 70 } });
  const screens = [{ trackId: slides, count: 40 }];
  const counts = { byQuality: [25, 25, 25, 25], screens, seeingNone: 59, backstage: 0 };
  for (const { client } of [ada, ben]) await untilCounted(client, counts);
  await ada.client.untilEvent(({ participantUpdated: who }) => who?.clockAheadMs === 70);
  const told = ada.client.events().flatMap(({ participantUpdated: who }) => who ?? []);
  expect(told.map(({ id, networkQuality }) => ({ id, networkQuality }))).toEqual([
    { id: ben.participantId, networkQuality: undefined },
  ]);
  const others = crowd.flatMap(({ client }) => client.received);
  expect(others.some(({ receptionCounts }) => receptionCounts !== undefined)).toBe(false);

  // A hundred are left: each is told of again.
  const [first, second] = crowd;
  await first?.client.ask({ leave: {} });
  await ada.client.untilEvent(({ participantLeft }) => participantLeft?.participantId === first?.participantId);
  await second?.client.untilEvent(({ participantLeft }) => participantLeft?.participantId === first?.participantId);
  await second?.client.ask({ reportReception: { networkQuality: 1, seesTrackId: slides } });
  await ada.client.untilEvent(
    ({ participantUpdated: who }) => who?.id === second?.participantId && who?.networkQuality === 1,
  );
});
