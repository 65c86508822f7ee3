import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TrackKind } from '@canopy/proto/media';
import { silentLogger } from '@canopy/runtime/logger';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { PostgresCompositionJobs } from '../src/adapters/postgres/composition-jobs.ts';
import { connectPostgres } from '../src/adapters/postgres/database.ts';
import { type Compositor, startCompositor } from '../src/compositor/context.ts';
import type { ControlPlane } from '../src/context.ts';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { camera, frankfurt, microphone, screen } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined, published } from '../src/testing/people.ts';

const run = promisify(execFile);
const patience = { timeout: 90_000, interval: 100 };
/** Encoding takes what a busy machine leaves. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
/** How long recordings are kept, by what the control plane says. */
const keptForMs = 240_000;
let folder: string;
let mesh: TestMesh;
let one: ControlPlane;
let url: string;
let edge: FakeEdge;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'composing-test-'));
  mesh = await TestMesh.create({ config: { recordings: folder, recordingsKeptForMs: keptForMs } });
  edge = await mesh.edge('eu-central-1', 'eu-central-1');
  one = await mesh.replica();
  url = one.httpAddress;
  await mesh.untilHeard([one], ['eu-central-1']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function query(sql: string): Promise<object[]> {
  const client = new Client({ connectionString: mesh.config.databaseUrl });
  await client.connect();
  try {
    return (await client.query<object>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A compositor for one test. */
async function compositor(ffmpeg = 'ffmpeg', kept?: number, recordings = folder): Promise<Compositor> {
  const { databaseUrl, logLevel } = mesh.config;
  const config = { recordings, workDir: folder, ffmpeg, keptForMs: kept, healthPort: 0, databaseUrl, logLevel };
  const started = await startCompositor(config, silentLogger);
  onTestFinished(() => started[Symbol.asyncDispose]());
  return started;
}

const segments = ['-f', 'segment', '-segment_time', '2', '-reset_timestamps', '1', '-segment_list', 'segments.csv'];

const sources = { audio: 'sine=frequency=440', video: 'testsrc=size=320x180:rate=15' };

/** Writes a part as an edge does, and returns its id. */
async function writePart(
  recordingId: string,
  kind: 'audio' | 'video',
  seconds: number,
  source = sources[kind],
): Promise<string> {
  const partId = randomUUID();
  const what = `${kind} ${seconds} ${source}`;
  const made = encoded.get(what) ?? encode(kind, seconds, source);
  encoded.set(what, made);
  await cp(await made, join(folder, recordingId, partId), { recursive: true });
  return partId;
}

/** Folders with what was encoded once. */
const encoded = new Map<string, Promise<string>>();

async function encode(kind: 'audio' | 'video', seconds: number, source: string): Promise<string> {
  const cwd = await mkdtemp(join(folder, 'encoded-'));
  const codec = kind === 'audio' ? ['-c:a', 'libopus'] : ['-c:v', 'libvpx', '-deadline', 'realtime', '-g', '15'];
  const input = ['-loglevel', 'error', '-f', 'lavfi', '-i', source, '-t', String(seconds)];
  await run('ffmpeg', [...input, ...codec, ...segments, '%05d.mkv'], { cwd });
  return cwd;
}

/** Writes a part whose picture changes its size, as of a phone that is turned, and returns its id. */
async function writeChangingPart(recordingId: string, pieces: { source: string; seconds: number }[]): Promise<string> {
  const partId = randomUUID();
  const folders = await Promise.all(pieces.map(({ source, seconds }) => encode('video', seconds, source)));
  const cwd = join(folder, recordingId, partId);
  await mkdir(cwd, { recursive: true });
  const list = join(folder, `${partId}.txt`);
  await writeFile(list, folders.map((one) => `file '${join(one, '00000.mkv')}'\n`).join(''));
  const input = ['-loglevel', 'error', '-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy'];
  await run('ffmpeg', [...input, ...segments, '%05d.mkv'], { cwd });
  return partId;
}

/** A meeting that was recorded for so many seconds; somebody was heard from the beginning, and seen a second later. */
async function recorded(seconds = 2): Promise<{ path: string; id: string }> {
  const meetingId = await newMeeting(url);
  const ada = await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
  const [sound, sight] = [await published(ada, microphone), await published(ada, camera)];
  edge.recordedParts = [];
  const { body } = await call(url, 'POST', `/v1/meetings/${meetingId}/recordings`);
  const id = String(body.id);
  const [heard, seen] = [await writePart(id, 'audio', seconds), await writePart(id, 'video', seconds - 1)];
  const beganMs = 1_000_000_000;
  const writtenUntilMs = beganMs + 1_000 * seconds;
  const common = { edgeId: 'eu-central-1', writtenUntilMs, segments: 3, bytes: 9, running: false };
  edge.recordedParts = [
    { ...common, partId: heard, trackId: sound, kind: TrackKind.AUDIO, startedAtMs: beganMs },
    { ...common, partId: seen, trackId: sight, kind: TrackKind.VIDEO, startedAtMs: beganMs + 1_000 },
  ];
  const path = `/v1/meetings/${meetingId}/recordings/${id}`;
  await call(url, 'POST', `${path}/stop`);
  return { path, id };
}

const composition = async (path: string) => (await call(url, 'GET', path)).body.composition as Record<string, unknown>;
const file = (id: string) => join(folder, id, 'composed', 'recording.webm');

/** What a webhook is told from now on of each recording, the first first: in the outbox, whether or not anybody takes it. */
async function told(): Promise<(recordingId: string) => Promise<object[]>> {
  const { body } = await call(url, 'POST', '/v1/webhooks', { url: 'http://127.0.0.1:9/' });
  return async (recordingId) => {
    const answer = await call(url, 'GET', `/v1/webhooks/${String(body.id)}/deliveries`);
    const deliveries = answer.body.deliveries as { payload: string }[];
    const events = deliveries.map(({ payload }) => JSON.parse(payload) as { type: string; data: object });
    return events.reverse().flatMap(({ type, data }) => {
      if (!('recordingId' in data) || data.recordingId !== recordingId) return [];
      return [{ type, ...data }];
    });
  };
}

it('makes one file of what was recorded, with picture and sound, as long as it was', async () => {
  const events = await told();
  const { path, id } = await recorded(5);
  expect(await composition(path)).toMatchObject({ status: 'waiting', progress: 0 });
  expect(codeOf(await call(url, 'POST', `${path}/link`))).toBe('RECORDING_NOT_READY');
  const { healthAddress } = await compositor();
  await expect.poll(async () => (await fetch(`http://${healthAddress}/readyz`)).status, patience).toBe(200);
  await expect.poll(async () => (await composition(path)).status, patience).toBe('ready');
  expect(await composition(path)).toMatchObject({ progress: 1, durationMs: 5_000, error: null });
  expect(await events(id)).toMatchObject([
    { type: 'recording.started', meetingId: expect.any(String) },
    { type: 'recording.ended' },
    { type: 'recording.ready', durationMs: 5_000, bytes: expect.any(Number) },
  ]);
  const shown = ['-show_entries', 'stream=codec_name,width,height:format=duration'];
  const { stdout } = await run('ffprobe', ['-v', 'error', ...shown, '-of', 'json', file(id)]);
  const { streams, format } = JSON.parse(stdout) as { streams: object[]; format: { duration: string } };
  expect(streams).toMatchObject([{ codec_name: 'vp8', width: 1_280, height: 720 }, { codec_name: 'opus' }]);
  expect(Number(format.duration)).toBeCloseTo(5, 0);
  // Who is only heard is seen by her name.
  expect(await brightness(id, 0.5)).toBeLessThan(50);
  expect(await brightness(id, 0.5, nameOnCard)).toBeGreaterThan(80);
  expect(await brightness(id, 4)).toBeGreaterThan(60);
});

it('shows who speaks large with the others below, and first beside a shared screen', async () => {
  const meetingId = await newMeeting(url);
  const ada = await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
  const ben = await joined(mesh, one, meetingId, 'Ben', { location: frankfurt });
  edge.recordedParts = [];
  const id = String((await call(url, 'POST', `/v1/meetings/${meetingId}/recordings`)).body.id);
  const beginMs = 1_000_000_000;
  const part = async (trackId: string, kind: 'audio' | 'video', fromMs: number, untilMs: number, source: string) => ({
    partId: await writePart(id, kind, (untilMs - fromMs) / 1_000, source),
    trackId,
    kind: kind === 'audio' ? TrackKind.AUDIO : TrackKind.VIDEO,
    edgeId: 'eu-central-1',
    segments: 5,
    bytes: 9,
    running: false,
    startedAtMs: beginMs + fromMs,
    writtenUntilMs: beginMs + untilMs,
  });
  const voice = (when: string) => `aevalsrc=exprs='0.3*sin(2*PI*440*t)*${when}':sample_rate=48000`;
  const plain = (colour: string) => `color=c=${colour}:size=320x180:rate=15`;
  edge.recordedParts = [
    await part(await published(ada, microphone), 'audio', 0, 9_000, voice('lt(t,3)')),
    await part(await published(ada, camera), 'video', 0, 9_000, plain('red')),
    await part(await published(ben, microphone), 'audio', 0, 9_000, voice('gte(t,3)')),
    await part(await published(ben, camera), 'video', 0, 9_000, plain('blue')),
    await part(await published(ben, screen), 'video', 6_000, 9_000, plain('lime')),
  ];
  const path = `/v1/meetings/${meetingId}/recordings/${id}`;
  await call(url, 'POST', `${path}/stop`);
  await compositor();
  await expect.poll(async () => (await composition(path)).status, patience).toBe('ready');
  const [center, below, beside] = ['640:288', '640:648', '1120:90'];
  expect([await colourAt(id, 1.5, center), await colourAt(id, 1.5, below)]).toEqual(['red', 'blue']);
  expect([await colourAt(id, 5, center), await colourAt(id, 5, below)]).toEqual(['blue', 'red']);
  expect([await colourAt(id, 8, center), await colourAt(id, 8, beside)]).toEqual(['lime', 'blue']);
});

it('goes on with picture and sound when a camera changes its size', async () => {
  const meetingId = await newMeeting(url);
  const ada = await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
  const [sound, sight] = [await published(ada, microphone), await published(ada, camera)];
  edge.recordedParts = [];
  const id = String((await call(url, 'POST', `/v1/meetings/${meetingId}/recordings`)).body.id);
  const plain = (colour: string, size: string) => ({ source: `color=c=${colour}:size=${size}:rate=15`, seconds: 1 });
  const pieces = [plain('red', '320x180'), plain('blue', '640x360'), plain('lime', '360x640')];
  const times = { startedAtMs: 1_000_000_000, writtenUntilMs: 1_000_003_000 };
  const common = { ...times, edgeId: 'eu-central-1', segments: 3, bytes: 9, running: false };
  edge.recordedParts = [
    { ...common, partId: await writePart(id, 'audio', 3), trackId: sound, kind: TrackKind.AUDIO },
    { ...common, partId: await writeChangingPart(id, pieces), trackId: sight, kind: TrackKind.VIDEO },
  ];
  const path = `/v1/meetings/${meetingId}/recordings/${id}`;
  await call(url, 'POST', `${path}/stop`);
  await compositor();
  await expect.poll(async () => (await composition(path)).status, patience).toBe('ready');
  expect(await durationOf(id)).toBeCloseTo(3, 0);
  const [center, left, right, beside] = ['640:360', '450:360', '820:360', '400:360'];
  expect([await colourAt(id, 0.5, center), await colourAt(id, 1.5, center)]).toEqual(['red', 'blue']);
  const turned = [left, center, right, beside].map((place) => colourAt(id, 2.5, place));
  expect(await Promise.all(turned)).toEqual(['lime', 'lime', 'lime', 'dark']);
  expect([await loudness(id, 0.5), await loudness(id, 2.2)]).toEqual([
    expect.closeTo(-21, -1),
    expect.closeTo(-21, -1),
  ]);
});

it('leaves out a pause, which the manifest shows and webhooks are told of once', async () => {
  const events = await told();
  const meetingId = await newMeeting(url);
  const ada = await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
  const sight = await published(ada, camera);
  edge.recordedParts = [];
  const path = `/v1/meetings/${meetingId}/recordings`;
  const id = String((await call(url, 'POST', path)).body.id);
  const part = async (colour: string, startedAtMs: number) => ({
    partId: await writePart(id, 'video', 2, `color=c=${colour}:size=320x180:rate=15`),
    trackId: sight,
    edgeId: 'eu-central-1',
    kind: TrackKind.VIDEO,
    startedAtMs,
    writtenUntilMs: startedAtMs + 2_000,
    segments: 1,
    bytes: 9,
    running: false,
  });
  const [before, after] = [await part('red', 1_000_000_000), await part('blue', 1_000_062_000)];
  edge.recordedParts = [before];
  expect((await call(url, 'POST', `${path}/${id}/pause`)).body).toMatchObject({
    status: 'paused',
    gaps: [],
    expiresAt: null,
  });
  await call(url, 'POST', `${path}/${id}/pause`);
  edge.recordedParts = [before, after];
  await call(url, 'POST', `${path}/${id}/resume`);
  const { body } = await call(url, 'POST', `${path}/${id}/stop`);
  expect(await events(id)).toMatchObject(
    ['started', 'paused', 'resumed', 'ended'].map((what) => ({ type: `recording.${what}` })),
  );
  const [from, to] = [before.writtenUntilMs, after.startedAtMs].map((at) => new Date(at).toISOString());
  expect(body).toMatchObject({ status: 'stopped', gaps: [{ trackId: sight, from, to }] });
  await compositor();
  await expect.poll(async () => (await composition(`${path}/${id}`)).status, patience).toBe('ready');
  expect(await composition(`${path}/${id}`)).toMatchObject({ durationMs: 4_000 });
  expect(await durationOf(id)).toBeCloseTo(4, 0);
  expect([await colourAt(id, 1, '640:360'), await colourAt(id, 3, '640:360')]).toEqual(['red', 'blue']);
});

/** How long the composed file is, in seconds. */
async function durationOf(id: string): Promise<number> {
  const args = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', file(id)];
  return Number((await run('ffprobe', args)).stdout);
}

/** How loud half a second of the composed sound is on average, dB of full scale. */
async function loudness(id: string, second: number): Promise<number> {
  const args = ['-ss', String(second), '-t', '0.5', '-i', file(id), '-af', 'volumedetect', '-vn', '-f', 'null', '-'];
  const { stderr } = await run('ffmpeg', args);
  return Number(/mean_volume: (\S+) dB/.exec(stderr)?.[1]);
}

/** Which colour dominates the composed picture at a time, around `x:y`. */
async function colourAt(id: string, second: number, place: string): Promise<string | undefined> {
  const one = ['-frames:v', '1', '-vf', `crop=16:16:${place},scale=1:1,format=rgb24`, '-f', 'rawvideo', '-'];
  const args = ['-loglevel', 'error', '-ss', String(second), '-i', file(id), ...one];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer' });
  const most = Math.max(...stdout);
  return most > 120 ? ['red', 'lime', 'blue'][stdout.indexOf(most)] : 'dark';
}

/** Where the name of who is alone, and not seen, stands. */
const nameOnCard = 'crop=64:32:608:344,';

/** How bright the picture is at a time, or a piece of it, 0 to 255. */
async function brightness(id: string, second: number, piece = ''): Promise<number> {
  const one = ['-frames:v', '1', '-vf', `${piece}scale=1:1:flags=area,format=gray`, '-f', 'rawvideo', '-'];
  const args = ['-loglevel', 'error', '-ss', String(second), '-i', file(id), ...one];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer' });
  return stdout[0] ?? 0;
}

it('hands the file out in ranges to who has the link, and to nobody else', async () => {
  const { path, id } = await recorded();
  await compositor();
  await expect.poll(async () => (await composition(path)).status, patience).toBe('ready');
  const bytes = Number((await composition(path)).bytes);
  const link = String((await call(url, 'POST', `${path}/link`)).body.url);
  const get = (address: string) => fetch(`http://${url}${address}`, { headers: { range: 'bytes=0-3' } });
  const answer = await get(link);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([206, 'video/webm']);
  expect(answer.headers.get('content-range')).toBe(`bytes 0-3/${bytes}`);
  expect(Buffer.from(await answer.arrayBuffer()).toString('hex')).toBe('1a45dfa3');
  const whole = await fetch(`http://${url}${link}`);
  expect([whole.status, (await whole.arrayBuffer()).byteLength]).toEqual([200, bytes]);
  const beyond = await fetch(`http://${url}${link}`, { headers: { range: `bytes=${bytes}-` } });
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${bytes}`]);
  expect((await get(`${link.slice(0, -4)}AAAA`)).status).toBe(401);
  expect((await get(link.replaceAll(id, randomUUID()))).status).toBe(401);
  expect(
    (await get(`/v1/meetings/${randomUUID()}/recordings/${id}/file${new URL(link, 'http://x').search}`)).status,
  ).toBe(401);
});

it('follows another compositor that was ended in the middle', async () => {
  const { path } = await recorded();
  const hangs = join(folder, 'hangs');
  await writeFile(hangs, '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
  const slow = await compositor(hangs);
  await expect.poll(async () => (await composition(path)).status, patience).toBe('composing');
  await slow[Symbol.asyncDispose]();
  await compositor();
  await expect.poll(async () => (await composition(path)).status, patience).toBe('ready');
});

/** Has what failed tried again at once; returns how many that were. */
const hurry = async (id: string) => {
  const waits = `composer IS NULL AND composition_error IS NOT NULL AND lease_until IS NOT NULL`;
  return (await query(`UPDATE recordings SET lease_until = NULL WHERE id = '${id}' AND ${waits} RETURNING id`)).length;
};

it('goes on trying while the store is away, and composes when it is back', async () => {
  const { path, id } = await recorded();
  // A way that leads nowhere: any use of it fails.
  const away = join(folder, randomUUID());
  await symlink(away, away);
  const cutOff = await compositor('ffmpeg', undefined, away);
  let failures = 0;
  const failed = async () => {
    failures += await hurry(id);
    return failures;
  };
  await expect.poll(failed, patience).toBe(4);
  expect(await composition(path)).toMatchObject({ error: 'STORAGE_UNAVAILABLE' });
  await cutOff[Symbol.asyncDispose]();
  await hurry(id);
  await compositor();
  await expect.poll(async () => (await composition(path)).status, patience).toBe('ready');
});

/** Jobs as a compositor has them that is lost with each it takes. */
function lostJobs(id: string) {
  const db = connectPostgres({ url: mesh.config.databaseUrl, timeoutMs: 10_000, maxConnections: 1 }, silentLogger);
  onTestFinished(() => db.destroy());
  const jobs = new PostgresCompositionJobs(db, 'lost');
  const claim = async () => {
    await query(`UPDATE recordings SET lease_until = now() - interval '1 second' WHERE id = '${id}'`);
    return (await jobs.claim())?.id;
  };
  return { jobs, claim };
}

it('does not take lost compositors for failures', async () => {
  const { path, id } = await recorded();
  const { jobs, claim } = lostJobs(id);
  expect([await claim(), await claim(), await claim()]).toEqual([id, id, id]);
  await jobs.failed(id, 'STORAGE_UNAVAILABLE', 'later');
  expect(await claim()).toBe(id);
  await jobs.failed(id, 'RECORDING_FAILED', 'soon');
  expect(await composition(path)).toMatchObject({ status: 'waiting', error: 'RECORDING_FAILED' });
  expect((await call(url, 'DELETE', path)).status).toBe(204);
});

it('gives a recording up that ends every compositor', async () => {
  const events = await told();
  const { path, id } = await recorded();
  const { claim } = lostJobs(id);
  let claims = 0;
  while (claims < 10 && (await claim()) === id) claims++;
  expect(claims).toBe(6);
  expect(await composition(path)).toMatchObject({ status: 'failed', error: 'RECORDING_FAILED' });
  expect((await events(id)).at(-1)).toMatchObject({ type: 'recording.failed', error: 'RECORDING_FAILED' });
});

it('shows a recording in which there is nothing as failed', async () => {
  const events = await told();
  const meetingId = await newMeeting(url);
  const { body } = await call(url, 'POST', `/v1/meetings/${meetingId}/recordings`);
  const path = `/v1/meetings/${meetingId}/recordings/${String(body.id)}`;
  await call(url, 'POST', `${path}/stop`);
  await compositor();
  await expect.poll(async () => (await composition(path)).status, patience).toBe('failed');
  expect((await composition(path)).error).toBe('RECORDING_EMPTY');
  expect((await events(String(body.id))).at(-1)).toMatchObject({ type: 'recording.failed', error: 'RECORDING_EMPTY' });
});

it('takes a deleted recording away with its files', async () => {
  const events = await told();
  const { path, id } = await recorded();
  expect((await call(url, 'DELETE', path)).status).toBe(204);
  expect((await events(id)).at(-1)).toMatchObject({ type: 'recording.deleted', reason: 'request' });
  expect(codeOf(await call(url, 'GET', path))).toBe('RECORDING_NOT_FOUND');
  await access(join(folder, id));
  await query(`UPDATE recordings SET ended_at = now() - interval '5 minutes' WHERE deleted_at IS NOT NULL`);
  await compositor();
  const left = async () =>
    await query(`SELECT id FROM recordings WHERE id = '${id}' UNION SELECT id FROM recordings_left WHERE id = '${id}'`);
  await expect.poll(left, patience).toEqual([]);
  await expect(access(join(folder, id))).rejects.toThrow('ENOENT');
});

it('leaves the files of a deleted recording alone while a compositor may still write there', async () => {
  const { path, id } = await recorded();
  const { jobs, claim } = lostJobs(id);
  expect(await claim()).toBe(id);
  await call(url, 'DELETE', path);
  await query(`UPDATE recordings SET ended_at = now() - interval '5 minutes' WHERE id = '${id}'`);
  expect(await jobs.deleted()).not.toContain(id);
  await query(`UPDATE recordings SET lease_until = now() - interval '1 second' WHERE id = '${id}'`);
  expect(await jobs.deleted()).toContain(id);
});

it('takes away the files of recordings that went with their meetings', async () => {
  const { path, id } = await recorded();
  await query(`DELETE FROM meetings WHERE id = '${path.split('/')[3]}'`);
  await access(join(folder, id));
  await query(`UPDATE recordings_left SET left_at = now() - interval '5 minutes'`);
  await compositor();
  const left = async () => await query(`SELECT FROM recordings_left WHERE id = '${id}'`);
  await expect.poll(left, patience).toEqual([]);
  await expect(access(join(folder, id))).rejects.toThrow('ENOENT');
});

it('tells when a recording will be too old, and webhooks when it was', async () => {
  const events = await told();
  const path = `/v1/meetings/${await newMeeting(url)}/recordings`;
  const id = String((await call(url, 'POST', path)).body.id);
  const { endedAt, expiresAt } = (await call(url, 'POST', `${path}/${id}/stop`)).body;
  expect(Date.parse(String(expiresAt)) - Date.parse(String(endedAt))).toBe(keptForMs);
  const { jobs } = lostJobs(id);
  await jobs.expire(keptForMs);
  expect((await events(id)).at(-1)).toMatchObject({ type: 'recording.ended' });
  await query(`UPDATE recordings SET ended_at = now() - interval '5 minutes' WHERE id = '${id}'`);
  await jobs.expire(keptForMs);
  expect((await events(id)).at(-1)).toMatchObject({ type: 'recording.deleted', reason: 'retention' });
});

it('takes away what is older than recordings are kept, and nothing else', async () => {
  const [old, recent] = [await recorded(), await recorded()];
  await query(`UPDATE recordings SET ended_at = now() - interval '5 minutes' WHERE id = '${old.id}'`);
  await compositor('ffmpeg', keptForMs);
  await expect.poll(async () => codeOf(await call(url, 'GET', old.path)), patience).toBe('RECORDING_NOT_FOUND');
  await expect.poll(async () => (await composition(recent.path)).status, patience).toBe('ready');
  await expect(access(join(folder, old.id))).rejects.toThrow('ENOENT');
});
