import { randomUUID } from 'node:crypto';
import { TrackKind } from '@canopy/proto/media';
import { RecordingAction, RecordingStatus } from '@canopy/proto/recording';
import { silentLogger } from '@canopy/runtime/logger';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { connectPostgres } from '../src/adapters/postgres/database.ts';
import { PostgresRecordingRecords } from '../src/adapters/postgres/recording-records.ts';
import { RedisMeetingStore } from '../src/adapters/redis/meeting-store.ts';
import { noticeOf } from '../src/app/recording/recordings.ts';
import type { ControlPlane } from '../src/context.ts';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { camera, frankfurt, microphone } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined, published } from '../src/testing/people.ts';
import { Visitor } from '../src/testing/visitor.ts';

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
let url: string;
let frankfurtEdge: FakeEdge;
let virginiaEdge: FakeEdge;
const virginia = { latitude: 39, longitude: -77.5 };
const patience = { timeout: 15_000, interval: 50 };

beforeAll(async () => {
  mesh = await TestMesh.create();
  frankfurtEdge = await mesh.edge('eu-central-1', 'eu-central-1');
  virginiaEdge = await mesh.edge('us-east-1', 'us-east-1');
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
  url = one.httpAddress;
  await mesh.untilHeard([one, two], ['eu-central-1', 'us-east-1']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

async function start(meetingId: string): Promise<string> {
  const { status, body } = await call(url, 'POST', `/v1/meetings/${meetingId}/recordings`);
  expect([status, body.status]).toEqual([201, 'running']);
  return String(body.id);
}

const recordings = (meetingId: string, rest = '') => `/v1/meetings/${meetingId}/recordings${rest}`;
const asked = (edge: FakeEdge, meetingId: string) =>
  edge.recording
    .get(meetingId)
    ?.targets.map(({ want }) => want?.trackId)
    .sort();

it('records what is published, and what is published later or muted, on the edge of most tracks', async () => {
  const meetingId = await newMeeting(url);
  const ada = await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
  const sound = await published(ada, microphone);
  await start(meetingId);
  expect(asked(frankfurtEdge, meetingId)).toEqual([sound]);
  const picture = await published(ada, camera);
  await expect.poll(() => asked(frankfurtEdge, meetingId), patience).toEqual([sound, picture].sort());
  await ada.client.ask({ setMuted: { trackId: picture, muted: true } });
  await expect.poll(() => asked(frankfurtEdge, meetingId), patience).toEqual([sound]);
  expect(frankfurtEdge.recording.get(meetingId)?.forMs).toBeGreaterThan(5_000);
});

it('tells everybody at once, and who comes later, through pause and resume to the end', async () => {
  const meetingId = await newMeeting(url);
  const ada = await joined(mesh, one, meetingId, 'Ada');
  const ben = await joined(mesh, two, meetingId, 'Ben', { role: 'panelist' });
  expect(ben.answer.meeting?.recording).toBeUndefined();
  const told = () =>
    ben.client.events().flatMap(({ recordingChanged }) => (recordingChanged ? [recordingChanged.status] : []));
  const control = (action: RecordingAction) => ada.client.ask({ controlRecording: { action } });
  const toldBefore = async () => (await call(url, 'GET', `/v1/meetings/${meetingId}/invitation`)).body.recording;
  const { RUNNING, PAUSED, STOPPED } = RecordingStatus;
  expect(await toldBefore()).toBe(false);
  expect(await control(RecordingAction.START)).toMatchObject({ done: {} });
  await expect.poll(told, patience).toEqual([RUNNING]);
  const cleo = await joined(mesh, two, meetingId, 'Cleo', { role: 'attendee' });
  expect(cleo.answer.meeting?.recording?.status).toBe(RUNNING);
  expect(await toldBefore()).toBe(true);
  await control(RecordingAction.PAUSE);
  await expect.poll(told, patience).toEqual([RUNNING, PAUSED]);
  await control(RecordingAction.RESUME);
  await control(RecordingAction.STOP);
  await expect.poll(told, patience).toEqual([RUNNING, PAUSED, RUNNING, STOPPED]);
  const dan = await joined(mesh, one, meetingId, 'Dan');
  expect(dan.answer.meeting?.recording).toBeUndefined();
  expect(await toldBefore()).toBe(false);
});

/** The database alone, as of a replica that is lost before it tells anybody. */
function lostReplica(): PostgresRecordingRecords {
  const db = connectPostgres({ url: mesh.config.databaseUrl, timeoutMs: 10_000, maxConnections: 1 }, silentLogger);
  onTestFinished(() => db.destroy());
  return new PostgresRecordingRecords(db);
}

it('tells what the replica that did it was lost before it told: that it goes on, and that it ends', async () => {
  const meetingId = await newMeeting(url);
  const ada = await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
  await published(ada, microphone);
  const told = () =>
    ada.client.events().flatMap(({ recordingChanged }) => (recordingChanged ? [recordingChanged.status] : []));
  const { RUNNING, PAUSED, STOPPED } = RecordingStatus;
  const id = await start(meetingId);
  await call(url, 'POST', recordings(meetingId, `/${id}/pause`));
  await expect.poll(told, patience).toEqual([RUNNING, PAUSED]);
  const lost = lostReplica();
  await lost.setStatus(meetingId, id, 'running');
  await expect.poll(told, patience).toEqual([RUNNING, PAUSED, RUNNING]);
  await lost.setStatus(meetingId, id, 'stopped');
  await expect.poll(told, patience).toEqual([RUNNING, PAUSED, RUNNING, STOPPED]);
  expect((await joined(mesh, two, meetingId, 'Ben')).answer.meeting?.recording).toBeUndefined();
});

it('tells again what a database from a backup knows, whatever was told since', async () => {
  const meetingId = await newMeeting(url);
  const ada = await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
  const sound = await published(ada, microphone);
  const told = () =>
    ada.client.events().flatMap(({ recordingChanged }) => (recordingChanged ? [recordingChanged.status] : []));
  const { RUNNING, PAUSED } = RecordingStatus;
  const id = await start(meetingId);
  const [before] = await mesh.query('SELECT revision FROM recordings WHERE id = $1', [id]);
  await call(url, 'POST', recordings(meetingId, `/${id}/pause`));
  await expect.poll(told, patience).toEqual([RUNNING, PAUSED]);
  const asOfThen = `status = 'running', revision = $2, told_revision = $2`;
  await mesh.query(`UPDATE recordings SET ${asOfThen} WHERE id = $1`, [id, before?.revision]);
  await expect.poll(told, patience).toEqual([RUNNING, PAUSED, RUNNING]);
  await expect.poll(() => asked(frankfurtEdge, meetingId), patience).toEqual([sound]);
  await call(url, 'POST', recordings(meetingId, `/${id}/pause`));
  await expect.poll(told, patience).toEqual([RUNNING, PAUSED, RUNNING, PAUSED]);
});

it('tells the end of a recording that no edge ever had', async () => {
  const meetingId = await newMeeting(url);
  const ada = await joined(mesh, one, meetingId, 'Ada');
  const id = await start(meetingId);
  await lostReplica().setStatus(meetingId, id, 'stopped');
  const told = () => ada.client.events().map(({ recordingChanged }) => recordingChanged?.status);
  await expect.poll(told, patience).toContain(RecordingStatus.STOPPED);
});

it('goes by the latest notice, in whichever order replicas tell them', async () => {
  const meetingId = await newMeeting(url);
  await joined(mesh, one, meetingId, 'Ada');
  const id = await start(meetingId);
  const records = lostReplica();
  const [paused, resumed] = [
    await records.setStatus(meetingId, id, 'paused'),
    await records.setStatus(meetingId, id, 'running'),
  ];
  const { namespace, timing } = mesh.config;
  const store = new RedisMeetingStore(mesh.redis(), { namespace, ...timing });
  const tell = (recording = resumed) =>
    recording && store.setRecording(meetingId, noticeOf(recording), recording.revision);
  await tell(resumed);
  expect(await tell(paused)).toEqual({ events: [] });
  expect((await joined(mesh, two, meetingId, 'Ben')).answer.meeting?.recording?.status).toBe(RecordingStatus.RUNNING);
});

it('lets only hosts and cohosts, and keys of the meeting, decide, and records once at a time', async () => {
  const meetingId = await newMeeting(url);
  const ben = await joined(mesh, one, meetingId, 'Ben', { role: 'panelist' });
  expect(await ben.client.ask({ controlRecording: { action: RecordingAction.START } })).toMatchObject({
    error: { code: 'FORBIDDEN' },
  });
  expect(codeOf(await call(url, 'GET', recordings(meetingId), undefined, `Bearer ${ben.token}`))).toBe('FORBIDDEN');
  const id = await start(meetingId);
  expect(codeOf(await call(url, 'POST', recordings(meetingId)))).toBe('RECORDING_RUNNING');
  const other = await newMeeting(url);
  expect(codeOf(await call(url, 'GET', recordings(other, `/${id}`)))).toBe('RECORDING_NOT_FOUND');
  expect(codeOf(await call(url, 'POST', recordings(other, `/${id}/stop`)))).toBe('RECORDING_NOT_FOUND');
  for (let times = 0; times < 2; times++) {
    expect((await call(url, 'POST', recordings(meetingId, `/${id}/stop`))).body.status).toBe('stopped');
  }
  expect(codeOf(await call(url, 'POST', recordings(meetingId, `/${id}/resume`)))).toBe('RECORDING_ENDED');
});

it('goes on upon another edge when the one that records drains, and shows the gap', async () => {
  const meetingId = await newMeeting(url);
  const ada = await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
  await joined(mesh, two, meetingId, 'Ben', { location: virginia });
  const sound = await published(ada, microphone);
  const part = (partId: string, edgeId: string, startedAtMs: number) => ({
    partId,
    trackId: sound,
    edgeId,
    kind: TrackKind.AUDIO,
    startedAtMs,
    writtenUntilMs: startedAtMs + 4_000,
    segments: 1,
    bytes: 9,
    running: true,
  });
  frankfurtEdge.recordedParts = [part('1', 'eu-central-1', 1_000)];
  const id = await start(meetingId);
  frankfurtEdge.recordedParts = 'EDGE_DRAINING';
  virginiaEdge.recordedParts = [part('2', 'us-east-1', 8_000)];
  const shown = async () => (await call(url, 'GET', recordings(meetingId, `/${id}`))).body;
  await expect.poll(async () => (await shown()).edgeId, patience).toBe('us-east-1');
  const { parts, gaps, error } = await shown();
  expect(error).toBeNull();
  expect(parts).toMatchObject([
    { id: '1', running: false },
    { id: '2', running: true },
  ]);
  expect(gaps).toEqual([{ trackId: sound, from: '1970-01-01T00:00:05.000Z', to: '1970-01-01T00:00:08.000Z' }]);
  virginiaEdge.recordedParts = 'RECORDING_DISK_FULL';
  await expect.poll(async () => (await shown()).error, patience).toBe('RECORDING_DISK_FULL');
  const told = () => ada.client.events().flatMap(({ recordingChanged }) => recordingChanged?.errorCode ?? []);
  await expect.poll(told, patience).toEqual(['RECORDING_DISK_FULL']);
  frankfurtEdge.recordedParts = [];
  virginiaEdge.recordedParts = [];
});

it('lists those of all one’s meetings, with their titles, and nobody else’s', async () => {
  const [ada, ben] = await Promise.all([Visitor.signedUp(url, 'Ada'), Visitor.signedUp(url, 'Ben')]);
  const { body: meeting } = await ada.ask('POST', '/v1/meetings', { title: 'Review' });
  await ada.ask('POST', recordings(String(meeting.id)));
  const listed = async (visitor: Visitor) => (await visitor.ask('GET', '/v1/recordings')).body.recordings;
  expect(await listed(ada)).toMatchObject([{ title: 'Review', meetingId: meeting.id, status: 'running' }]);
  expect(await listed(ben)).toEqual([]);
  await ada.ask('POST', recordings(String((await ada.ask('POST', '/v1/meetings', { title: 'Later' })).body.id)));
  const { body: first } = await ada.ask('GET', '/v1/recordings?limit=1');
  const { body: second } = await ada.ask('GET', `/v1/recordings?limit=2&cursor=${String(first.nextCursor)}`);
  expect(first.recordings).toMatchObject([{ title: 'Later' }]);
  expect(second).toMatchObject({ recordings: [{ title: 'Review' }], nextCursor: null });
  expect((await call(url, 'GET', '/v1/recordings')).body.recordings).not.toContainEqual(
    expect.objectContaining({ meetingId: meeting.id }),
  );
  const { token } = await joined(mesh, one, await newMeeting(url), 'Cleo', { role: 'host' });
  expect(codeOf(await call(url, 'GET', '/v1/recordings', undefined, `Bearer ${token}`))).toBe('FORBIDDEN');
});

it('belongs, when it is of a breakout room, to whom the main meeting belongs', async () => {
  const [cem, dan] = await Promise.all([Visitor.signedUp(url, 'Cem'), Visitor.signedUp(url, 'Dan')]);
  await cem.ask('POST', '/v1/webhooks', { url: 'http://127.0.0.1:9/', events: ['recording.started'] });
  const { body: meeting } = await cem.ask('POST', '/v1/meetings', { title: 'All of us' });
  const main = `/v1/meetings/${String(meeting.id)}`;
  const { body } = await cem.ask('POST', `${main}/breakouts`, { names: ['Red'] });
  const [{ id: room }] = z.tuple([z.object({ id: z.string() })]).parse(body.rooms);
  // As somebody in it does.
  const { id } = await lostReplica().begin(room, randomUUID());
  expect((await cem.ask('GET', '/v1/recordings')).body.recordings).toMatchObject([
    { id, title: 'Red', meetingId: room },
  ]);
  expect((await cem.ask('GET', recordings(room))).body.recordings).toMatchObject([{ id }]);
  const { body: webhooks } = await cem.ask('GET', '/v1/webhooks');
  const [webhook] = z.tuple([z.object({ id: z.string() })]).parse(webhooks.webhooks);
  const { body: told } = await cem.ask('GET', `/v1/webhooks/${webhook.id}/deliveries`);
  expect(told.deliveries).toMatchObject([{ type: 'recording.started', payload: expect.stringContaining(room) }]);
  expect(codeOf(await dan.ask('GET', recordings(room)))).toBe('MEETING_NOT_FOUND');
  const comesAs = (who: Visitor, role: string) => who.ask('POST', `/v1/meetings/${room}/tokens`, { name: 'x', role });
  expect(codeOf(await comesAs(dan, 'panelist'))).toBe('MEETING_NOT_FOUND');
  expect(codeOf(await comesAs(cem, 'host'))).toBe('FORBIDDEN');
  expect((await cem.ask('GET', '/v1/meetings')).body.meetings).toEqual([]);
  await cem.ask('POST', `${main}/end`);
});

it('ends with its meeting', async () => {
  const meetingId = await newMeeting(url);
  const ada = await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
  await published(ada, microphone);
  const id = await start(meetingId);
  await call(url, 'POST', `/v1/meetings/${meetingId}/end`);
  const status = async () => (await call(url, 'GET', recordings(meetingId, `/${id}`))).body.status;
  await expect.poll(status, patience).toBe('stopped');
});
