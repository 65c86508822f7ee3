import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SmallDisk, smallDiskLeftOut } from '@canopy/local-mesh/testing/small-disk';
import type { RecordedPart, TrackTarget } from '@canopy/proto/edge_media';
import { TrackKind, TrackSource } from '@canopy/proto/media';
import { type Clock, systemClock } from '@canopy/runtime/clock';
import { openStore } from '@canopy/storage/open-store';
import { S3Server, s3Credentials } from '@canopy/storage/testing/s3-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  FakePublisher,
  FakeViewer,
  type InProcessEdge,
  receivesEverything,
  routeTable,
  startInProcessEdge,
  vp8Parameters,
} from '../src/testing/index.ts';
import { nextPacket } from '../src/testing/rtp.ts';
import { metricOf } from './support/metrics.ts';

const natsUrl = process.env.NATS_URL ?? '';
const patience = { timeout: 60_000, interval: 100 };
const run = promisify(execFile);
let folder: string;
let origin: InProcessEdge;
let recorder: InProcessEdge;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recording-test-'));
  const recording = { dir: folder, ffmpeg: 'ffmpeg', mostTracks: 100 };
  [origin, recorder] = await Promise.all([
    startInProcessEdge('origin', natsUrl, { recording }),
    startInProcessEdge('recorder', natsUrl, { recording }),
  ]);
});

afterAll(async () => {
  for (const started of [origin, recorder]) await started[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

interface Recording {
  meetingId: string;
  recordingId: string;
}

function newRecording(meetingId: string): Recording {
  recorder.authority.give(routeTable(meetingId, 1, recorder, 'origin', origin));
  return { meetingId, recordingId: randomUUID() };
}

const camera: TrackTarget = target('cam', TrackKind.VIDEO);
const microphone: TrackTarget = target('mic', TrackKind.AUDIO);

function target(trackId: string, kind: TrackKind): TrackTarget {
  return { want: { trackId, width: 1280, height: 720, priority: 1 }, originEdgeId: 'origin', kind };
}

async function record(edge: InProcessEdge, recording: Recording, ...targets: TrackTarget[]): Promise<RecordedPart[]> {
  const { parts } = await edge.client.record({ ...recording, targets, forMs: 60_000 });
  return parts;
}

/** Waits until this edge has written so many bytes of each of these tracks. */
async function written(edge: InProcessEdge, recording: Recording, ...targets: TrackTarget[]): Promise<RecordedPart[]> {
  const enough = async () => {
    const parts = await record(edge, recording, ...targets);
    const own = parts.filter(({ edgeId, bytes }) => edgeId === edge.id && bytes > 5_000);
    return targets.every(({ want }) => own.some(({ trackId }) => trackId === want?.trackId));
  };
  await expect.poll(enough, patience).toBe(true);
  return await record(edge, recording, ...targets);
}

async function ended(edge: InProcessEdge, recording: Recording): Promise<RecordedPart[]> {
  const running = async () => (await record(edge, recording)).filter((part) => part.running).length;
  await expect.poll(running, patience).toBe(0);
  return await record(edge, recording);
}

/** What ffprobe finds in the first segment of a part: its codec, and how many packets can be read. */
async function probed({ recordingId }: Recording, { partId }: RecordedPart) {
  const file = join(folder, recordingId, partId, '00000.mkv');
  const { stdout } = await run('ffprobe', ['-v', 'error', '-count_packets', '-show_streams', '-of', 'json', file]);
  const { streams } = JSON.parse(stdout) as { streams: { codec_name: string; nb_read_packets: string }[] };
  return streams.map(({ codec_name: codec, nb_read_packets: packets }) => ({ codec, many: Number(packets) > 10 }));
}

/** A camera whose pictures can be decoded, with a keyframe each second. */
async function publishPicture(meetingId: string): Promise<AsyncDisposable> {
  const { client } = origin;
  const who = { meetingId, participantId: 'p' };
  const asked = { ...who, canPublish: true, rtpCapabilities: receivesEverything, targets: [] };
  const { sendTransport } = await client.openSession(asked);
  const port = sendTransport?.iceCandidates[0]?.port;
  const ssrc = 4_711;
  const media = { kind: TrackKind.VIDEO, source: TrackSource.CAMERA, muted: false };
  await client.publishTrack({ ...who, ...media, trackId: 'cam', rtpParameters: vp8Parameters([{ ssrc }]) });
  const input = ['-re', '-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=15'];
  const codec = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-g', '15', '-b:v', '300k'];
  const output = ['-f', 'rtp', '-payload_type', '101', '-ssrc', String(ssrc)];
  // Its reports go nowhere: the edge answers to whichever of its two ports it hears first.
  const url = `rtp://127.0.0.1:${port}?rtcpport=9&pkt_size=1100`;
  const camera = spawn('ffmpeg', ['-loglevel', 'error', ...input, ...codec, ...output, url], { stdio: 'ignore' });
  const ended = once(camera, 'close');
  return {
    async [Symbol.asyncDispose]() {
      camera.kill('SIGKILL');
      await ended;
    },
  };
}

async function publish(meetingId: string) {
  const owned = new AsyncDisposableStack();
  const common = { client: origin.client, meetingId };
  owned.use(await publishPicture(meetingId));
  owned.use(await FakePublisher.start({ ...common, participantId: 'q', trackId: 'mic', layers: 0 }));
  return owned;
}

/** A camera that no ffmpeg makes anything of: what it says is AV1 is nothing. There is enough of it to give up soon. */
async function publishAv1({ client }: InProcessEdge, meetingId: string): Promise<AsyncDisposable> {
  const who = { meetingId, participantId: 'p' };
  const asked = { ...who, canPublish: true, rtpCapabilities: receivesEverything, targets: [] };
  const { sendTransport } = await client.openSession(asked);
  const port = sendTransport?.iceCandidates[0]?.port ?? 0;
  const { codecs, ...parameters } = vp8Parameters([{ ssrc: 4_712 }]);
  const rtpParameters = { ...parameters, codecs: codecs.map((codec) => ({ ...codec, mimeType: 'video/AV1' })) };
  const media = { kind: TrackKind.VIDEO, source: TrackSource.CAMERA, muted: false };
  await client.publishTrack({ ...who, ...media, trackId: 'cam', rtpParameters });
  const payload = () => Buffer.alloc(1_100);
  const stream = {
    ssrc: 4_712,
    payloadType: 101,
    ticksPerFrame: 300,
    payload,
    sequence: 1,
    timestamp: 0,
    packets: 0,
    octets: 0,
  };
  const socket = createSocket('udp4');
  const timer = setInterval(() => {
    for (let packet = 0; packet < 30; packet++) socket.send(nextPacket(stream, false), port, '127.0.0.1');
  }, 10);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      socket.close();
    },
  };
}

/** The processes that write a recording here, by their working folder. */
async function writers({ recordingId }: Recording): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  // One of somebody else may have ended meanwhile, or may not be looked at.
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return pids.filter((_, index) => folders[index]?.includes(recordingId));
}

test('tracks are recorded as they come, also over a link, and can be played', async () => {
  await using _publishers = await publish('plain');
  const recording = newRecording('plain');
  const before = Date.now();
  await written(recorder, recording, camera, microphone);
  const parts = await ended(recorder, recording);
  expect(parts.map(({ trackId }) => trackId).toSorted()).toEqual(['cam', 'mic']);
  for (const part of parts) {
    expect(part).toMatchObject({ edgeId: 'recorder', running: false });
    expect(part.segments).toBeGreaterThan(0);
    expect(part.errorCode).toBeUndefined();
    expect(part.startedAtMs).toBeGreaterThanOrEqual(before);
    const codec = part.trackId === 'cam' ? 'vp8' : 'opus';
    expect(await probed(recording, part)).toEqual([{ codec, many: true }]);
  }
  expect(recorder.context.edge.meetings.get('plain')?.sessions.size ?? 0).toBe(0);
});

test('a writer that is killed leaves what it wrote, and the track goes on in a new part', async () => {
  await using _publishers = await publish('killed');
  const recording = newRecording('killed');
  const [first] = await written(recorder, recording, camera);
  for (const pid of await writers(recording)) process.kill(pid, 'SIGKILL');
  const partIds = async () => (await record(recorder, recording, camera)).map(({ partId }) => partId);
  await expect.poll(async () => (await partIds()).length, patience).toBe(2);
  const [killed, second] = await ended(recorder, recording);
  expect(killed).toMatchObject({ partId: first?.partId, errorCode: 'RECORDING_FAILED', running: false });
  if (killed === undefined || second === undefined) throw new Error('two parts were there a moment ago');
  expect(second.startedAtMs).toBeGreaterThanOrEqual(killed.writtenUntilMs - 2_000);
  expect(await probed(recording, killed)).toEqual([{ codec: 'vp8', many: true }]);
});

test('a track that can not be written is left alone for a while, and keeps no other from being recorded', async () => {
  // Where no time goes by, as far as the edge knows.
  const clock = { ...systemClock, monotonicMs: () => 1_000_000 };
  const config = { recording: { dir: folder, ffmpeg: 'ffmpeg', mostTracks: 100 } };
  await using edge = await startInProcessEdge('picky', natsUrl, config, { clock });
  const meetingId = 'refused';
  const { client } = edge;
  await using _mic = await FakePublisher.start({ client, meetingId, participantId: 'q', trackId: 'mic', layers: 0 });
  await using _cam = await publishAv1(edge, meetingId);
  const recording = { meetingId, recordingId: randomUUID() };
  const here = [microphone, camera].map((one) => ({ ...one, originEdgeId: edge.id }));
  const parts = (trackId: string) => async () =>
    (await record(edge, recording, ...here)).filter((part) => part.trackId === trackId);
  await expect.poll(parts('cam'), patience).toMatchObject([{ errorCode: 'RECORDING_FAILED' }]);
  const [before] = await parts('mic')();
  const grown = async () => ((await parts('mic')())[0]?.bytes ?? 0) > (before?.bytes ?? 0) + 5_000;
  await expect.poll(grown, patience).toBe(true);
  expect((await parts('cam')()).length).toBe(1);
});

test('another edge takes a recording over, and tells of what the first one wrote', async () => {
  await using _publishers = await publish('taken');
  const recording = newRecording('taken');
  await written(recorder, recording, microphone);
  await ended(recorder, recording);
  await record(origin, recording, microphone);
  const edges = async () => (await record(origin, recording, microphone)).map(({ edgeId }) => edgeId);
  await expect.poll(edges, patience).toEqual(['recorder', 'origin']);
  await ended(origin, recording);
});

test('a track that can not be had keeps no other waiting, and no answer', async () => {
  // Where nobody's patience ends, and nobody knows a way.
  const never: Clock['after'] = (delayMs, callback) =>
    delayMs < 1_000 ? systemClock.after(delayMs, callback) : () => undefined;
  const overrides = {
    clock: { ...systemClock, after: never },
    routeAuthority: { getRoutes: () => new Promise<never>(() => undefined) },
  };
  const config = { recording: { dir: folder, ffmpeg: 'ffmpeg', mostTracks: 100 } };
  await using patient = await startInProcessEdge('patient', natsUrl, config, overrides);
  const meetingId = 'partly';
  const { client } = patient;
  await using _mic = await FakePublisher.start({ client, meetingId, participantId: 'q', trackId: 'mic', layers: 0 });
  const recording = { meetingId, recordingId: randomUUID() };
  const here = { ...microphone, originEdgeId: patient.id };
  const bytes = async () => (await record(patient, recording, camera, here)).map((part) => part.bytes > 5_000);
  await expect.poll(bytes, patience).toEqual([true]);
  expect(await ended(patient, recording)).toMatchObject([{ trackId: 'mic' }]);
});

test('a recording that nobody asks for again ends', async () => {
  await using _publishers = await publish('forgotten');
  const recording = newRecording('forgotten');
  await written(recorder, recording, microphone);
  await recorder.client.record({ ...recording, targets: [microphone], forMs: 500 });
  await expect.poll(() => recorder.context.edge.recordings.size, patience).toBe(0);
  await expect.poll(() => writers(recording), patience).toEqual([]);
});

test('parts are described in files beside them', async () => {
  await using _publishers = await publish('described');
  const recording = newRecording('described');
  await written(recorder, recording, microphone);
  const [part] = await ended(recorder, recording);
  const path = join(folder, recording.recordingId, part?.partId ?? '');
  expect(await readdir(path)).toEqual(expect.arrayContaining(['00000.mkv', 'part.json', 'segments.csv']));
  const described = JSON.parse(await readFile(join(path, 'part.json'), 'utf8'));
  expect(described).toMatchObject({ trackId: 'mic', edgeId: 'recorder', kind: 'audio' });
});

test.skipIf(smallDiskLeftOut())(
  'a full disk ends what is recorded whole, is told with a code, and is recorded on again when there is room',
  async () => {
    using disk = new SmallDisk(160);
    await using small = await startInProcessEdge('small', natsUrl, {
      recording: { dir: disk.folder, ffmpeg: 'ffmpeg', mostTracks: 100 },
    });
    await using _publishers = await publish('full');
    const recording = { meetingId: 'full', recordingId: randomUUID() };
    small.authority.give(routeTable('full', 1, small, 'origin', origin));
    await using viewer = await FakeViewer.start({ client: small.client, meetingId: 'full', participantId: 'viewer' });
    const { added } = await viewer.watch('origin', ['mic'], TrackKind.AUDIO);
    const received = () => viewer.packets(added[0]);
    await written(small, recording, microphone);
    disk.fill();
    await expect(record(small, recording, microphone)).rejects.toMatchObject({ code: 'RECORDING_DISK_FULL' });
    const [part] = await ended(small, recording);
    expect(part?.segments).toBeGreaterThan(0);
    const before = received();
    await expect.poll(received, patience).toBeGreaterThan(before + 10);
    disk.free();
    await expect.poll(async () => (await record(small, recording, microphone)).length, patience).toBe(2);
    await ended(small, recording);
  },
);

test('a disk that is away for a moment ends no recording', async () => {
  await using owned = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'recording-away-'));
  owned.defer(() => rm(dir, { recursive: true }));
  await using edge = await startInProcessEdge('away', natsUrl, {
    recording: { dir, ffmpeg: 'ffmpeg', mostTracks: 100 },
  });
  await using _publishers = await publish('away');
  const recording = { meetingId: 'away', recordingId: randomUUID() };
  edge.authority.give(routeTable('away', 1, edge, 'origin', origin));
  await written(edge, recording, microphone);
  await rename(dir, `${dir}-away`);
  await writeFile(dir, '');
  await expect(record(edge, recording, microphone)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  await rm(dir);
  await rename(`${dir}-away`, dir);
  expect(await record(edge, recording, microphone)).toMatchObject([{ trackId: 'mic', running: true }]);
  await ended(edge, recording);
});

test('a store gets what was recorded, also what was recorded while it was away, and another edge finds them there', async () => {
  Object.assign(process.env, s3Credentials);
  await using server = await S3Server.start();
  const store = openStore(server.location);
  const config = { recording: { dir: folder, ffmpeg: 'ffmpeg', mostTracks: 100, store: server.location } };
  await using first = await startInProcessEdge('first', natsUrl, config);
  await using _publishers = await publish('stored');
  const recording = { meetingId: 'stored', recordingId: randomUUID() };
  const { recordingId } = recording;
  first.authority.give(routeTable('stored', 1, first, 'origin', origin));
  await written(first, recording, microphone, camera);
  await server.goAway();
  await record(first, recording);
  await expect.poll(() => writers(recording), patience).toEqual([]);
  expect((await record(first, recording)).map(({ running }) => running)).toEqual([true, true]);
  await server.comeBack();
  const whole = await ended(first, recording);
  for (const { partId, bytes } of whole) {
    expect(bytes).toBeGreaterThan(5_000);
    const stored = (await store.list(`${recordingId}/${partId}`)).map(({ key }) => key.split('/').at(-1));
    expect(stored).toEqual(expect.arrayContaining(['00000.mkv', 'part.json', 'segments.csv']));
  }
  expect(await readdir(join(folder, 'first'))).toEqual([]);

  await using second = await startInProcessEdge('second', natsUrl, config);
  second.authority.give(routeTable('stored', 1, second, 'origin', origin));
  await written(second, recording, microphone);
  const parts = await ended(second, recording);
  expect(parts.map(({ edgeId }) => edgeId)).toEqual(['first', 'first', 'second']);
  expect(parts.slice(0, 2)).toEqual(whole);
});

test('what an edge that was killed left on its disk is stored when it runs again', async () => {
  Object.assign(process.env, s3Credentials);
  await using server = await S3Server.start();
  const left = ['left', randomUUID(), 'part'] as const;
  const record = { partId: 'part', trackId: 'mic', edgeId: 'left', kind: 'audio', startedAtMs: 1 };
  await mkdir(join(folder, ...left), { recursive: true });
  await writeFile(join(folder, ...left, 'part.json'), JSON.stringify(record));
  await writeFile(join(folder, ...left, '00000.mkv'), 'sound');
  await using edge = await startInProcessEdge('left', natsUrl, {
    recording: { dir: folder, ffmpeg: 'ffmpeg', mostTracks: 100, store: server.location },
  });
  const keys = async () => (await openStore(server.location).list(left[1])).map(({ key }) => key);
  await expect.poll(keys, patience).toEqual([`${left[1]}/part/00000.mkv`, `${left[1]}/part/part.json`]);
  await expect.poll(() => readdir(join(folder, edge.id)), patience).toEqual([]);
});

test('parts that can not be read or moved stay on the disk, and keep no other from being stored', async () => {
  Object.assign(process.env, s3Credentials);
  await using server = await S3Server.start();
  const recordingId = randomUUID();
  const inPart = (partId: string, ...name: string[]) => join(folder, 'dark', recordingId, partId, ...name);
  const write = async (partId: string, text: string) => {
    await mkdir(inPart(partId), { recursive: true });
    await writeFile(inPart(partId, 'part.json'), text);
  };
  const noted = (partId: string) =>
    JSON.stringify({ partId, trackId: 'mic', edgeId: 'dark', kind: 'audio', startedAtMs: 1 });
  await write('a', '');
  await writeFile(inPart('a', '00000.mkv'), 'sound');
  for (const partId of ['b', 'd']) {
    await write(partId, noted(partId));
    await mkdir(inPart(partId, '00000.mkv'));
  }
  await write('c', noted('c'));
  await writeFile(inPart('c', '00000.mkv'), 'sound');
  await using edge = await startInProcessEdge('dark', natsUrl, {
    recording: { dir: folder, ffmpeg: 'ffmpeg', mostTracks: 100, store: server.location },
  });
  const keys = async () => (await openStore(server.location).list(recordingId)).map(({ key }) => key);
  await expect.poll(keys, patience).toEqual([`${recordingId}/c/00000.mkv`, `${recordingId}/c/part.json`]);
  const told = async () =>
    (await record(edge, { meetingId: 'dark', recordingId })).find(({ partId }) => partId === 'c');
  await expect.poll(told, patience).toMatchObject({ segments: 1, running: false });
  expect(await readdir(inPart('a'))).toContain('00000.mkv');
  expect((await readdir(join(folder, 'dark', recordingId))).sort()).toEqual(['a', 'b', 'd']);
});

test('a store that never answers keeps no answer of an edge waiting', async () => {
  Object.assign(process.env, s3Credentials);
  await using owned = new AsyncDisposableStack();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const store = { bucket: 'recordings', prefix: '', region: 'us-east-1', endpoint: `http://127.0.0.1:${port}` };
  const edge = await startInProcessEdge('alone', natsUrl, {
    recording: { dir: folder, ffmpeg: 'ffmpeg', mostTracks: 100, store },
  });
  owned.use(edge);
  owned.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  expect(await record(edge, { meetingId: 'alone', recordingId: randomUUID() })).toEqual([]);
});

test('an edge writes so many tracks at once: it refuses a recording for which there is no room, and of one larger than itself it records the first', async () => {
  const mostTracks = 1;
  await using edge = await startInProcessEdge('busy', natsUrl, {
    recording: { dir: folder, ffmpeg: 'ffmpeg', mostTracks },
  });
  edge.authority.give(routeTable('busy', 1, edge, 'origin', origin));
  await using _publishers = await publish('busy');
  const [large, other] = [randomUUID(), randomUUID()].map((recordingId) => ({ meetingId: 'busy', recordingId }));
  if (large === undefined || other === undefined) throw new Error('no recordings');
  const ofLarge = async () => {
    const parts = await record(edge, large, microphone, camera);
    return parts.map(({ trackId, bytes }) => [trackId, bytes > 5_000]);
  };
  await expect.poll(ofLarge, patience).toEqual([['mic', true]]);
  expect(await writers(large)).toHaveLength(mostTracks);
  await expect(record(edge, other, camera)).rejects.toMatchObject({ code: 'RECORDING_LIMIT_REACHED' });
  expect(edge.context.edge.recordings.room).toBe(0);
  expect(await metricOf(edge, 'canopy_edge_recording_tracks_left_out')).toBe(1);

  await record(edge, large);
  await expect.poll(() => edge.context.edge.recordings.room, patience).toBe(mostTracks);
  expect(await writers(large)).toEqual([]);
  await written(edge, other, camera);
  expect(await metricOf(edge, 'canopy_edge_recording_tracks_left_out')).toBe(0);
});

test('an edge without a folder, or one that drains, records nothing', async () => {
  await using bare = await startInProcessEdge('bare', natsUrl);
  const recording = newRecording('refused');
  await expect(record(bare, recording, camera)).rejects.toMatchObject({ code: 'RECORDING_UNAVAILABLE' });
  await recorder.client.setDraining({ draining: true });
  await expect(record(recorder, recording, camera)).rejects.toMatchObject({ code: 'EDGE_DRAINING' });
  await recorder.client.setDraining({ draining: false });
  await expect(record(recorder, { ...recording, recordingId: '../x' }, camera)).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
});
