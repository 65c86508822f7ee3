import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import { joinWith, sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;

beforeAll(async () => {
  mesh = await TestMesh.create();
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

it('a host puts somebody before everybody’s eyes, and who comes later sees it too', async () => {
  const { meetingId, ada, ben } = await meeting();
  const { participantId } = ben;
  expect(await ada.client.ask({ setSpotlight: { participantId, on: true } })).toMatchObject({ done: {} });
  await ben.client.untilEvent(({ participantUpdated: who }) => who?.id === participantId && who.spotlight === true);
  const cleo = await joined(mesh, two, meetingId, 'Cleo', { role: 'panelist' });
  expect(cleo.answer.meeting?.participants.find(({ id }) => id === participantId)?.spotlight).toBe(true);
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
  expect(seen).toMatchObject({ spotlight: true, networkQuality: 2 });
});

it('the owner of a meeting and its hosts do so over REST, and others don’t', async () => {
  const { meetingId, ada, ben } = await meeting();
  const spotlight = (method: 'PUT' | 'DELETE', id: string, authorization?: string | null) =>
    call(two.httpAddress, method, `/v1/meetings/${meetingId}/participants/${id}/spotlight`, undefined, authorization);
  const untilSpotlight = (on: boolean) =>
    ada.client.untilEvent(({ participantUpdated: who }) => who?.id === ben.participantId && who.spotlight === on);
  expect((await spotlight('PUT', ben.participantId)).status).toBe(204);
  await untilSpotlight(true);
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
  expect((await report(1)).error?.code).toBe('RATE_LIMITED');
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

it('an audience reports nothing', async () => {
  const { ada, ben } = await meeting('webinar', 'attendee');
  await ben.client.ask({ reportReception: { networkQuality: 1, seesTrackId: '' } });
  await ada.client.ask({ reportReception: { networkQuality: 3, seesTrackId: '' } });
  await ada.client.untilEvent(({ participantUpdated: who }) => who?.networkQuality === 3);
  expect(ada.client.events().some(({ participantUpdated: who }) => who?.networkQuality === 1)).toBe(false);
});
