import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SmallDisk } from '@canopy/local-mesh/testing/small-disk';
import type { RecordedPart } from '@canopy/proto/edge_media';
import { TrackKind, TrackSource } from '@canopy/proto/media';
import { type Clock, systemClock } from '@canopy/runtime/clock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rootTestsLeftOut } from '../../scripts/setup/root.mjs';
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
import {
  camera,
  ended,
  microphone,
  patience,
  publishOn,
  type Recording,
  record,
  writers,
  written,
} from './support/recordings.ts';

const natsUrl = process.env.NATS_URL ?? '';
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

function newRecording(meetingId: string): Recording {
  recorder.authority.give(routeTable(meetingId, 1, recorder, 'origin', origin));
  return { meetingId, recordingId: randomUUID() };
}

/** What ffprobe finds in the first segment of a part: its codec, and how many packets can be read. */
async function probed({ recordingId }: Recording, { partId }: RecordedPart) {
  const file = join(folder, recordingId, partId, '00000.mkv');
  const { stdout } = await run('ffprobe', ['-v', 'error', '-count_packets', '-show_streams', '-of', 'json', file]);
  const { streams } = JSON.parse(stdout) as { streams: { codec_name: string; nb_read_packets: string }[] };
  return streams.map(({ codec_name: codec, nb_read_packets: packets }) => ({ codec, many: Number(packets) > 10 }));
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

test('tracks are recorded as they come, also over a link, and can be played', async () => {
  await using _publishers = await publishOn(origin, 'plain');
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
  await using _publishers = await publishOn(origin, 'killed');
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
  await using _publishers = await publishOn(origin, 'taken');
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
  await using _publishers = await publishOn(origin, 'forgotten');
  const recording = newRecording('forgotten');
  await written(recorder, recording, microphone);
  await recorder.client.record({ ...recording, targets: [microphone], forMs: 500 });
  await expect.poll(() => recorder.context.edge.recordings.size, patience).toBe(0);
  await expect.poll(() => writers(recording), patience).toEqual([]);
});

test('parts are described in files beside them', async () => {
  await using _publishers = await publishOn(origin, 'described');
  const recording = newRecording('described');
  await written(recorder, recording, microphone);
  const [part] = await ended(recorder, recording);
  const path = join(folder, recording.recordingId, part?.partId ?? '');
  expect(await readdir(path)).toEqual(expect.arrayContaining(['00000.mkv', 'part.json', 'segments.csv']));
  const described = JSON.parse(await readFile(join(path, 'part.json'), 'utf8'));
  expect(described).toMatchObject({ trackId: 'mic', edgeId: 'recorder', kind: 'audio' });
});

test.skipIf(rootTestsLeftOut(process.env))(
  'a full disk ends what is recorded whole, is told with a code, and is recorded on again when there is room',
  async () => {
    using disk = new SmallDisk(160);
    await using small = await startInProcessEdge('small', natsUrl, {
      recording: { dir: disk.folder, ffmpeg: 'ffmpeg', mostTracks: 100 },
    });
    await using _publishers = await publishOn(origin, 'full');
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
  await using _publishers = await publishOn(origin, 'away');
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

test('an edge writes so many tracks at once: it refuses a recording for which there is no room, and of one larger than itself it records the first', async () => {
  const mostTracks = 1;
  await using edge = await startInProcessEdge('busy', natsUrl, {
    recording: { dir: folder, ffmpeg: 'ffmpeg', mostTracks },
  });
  edge.authority.give(routeTable('busy', 1, edge, 'origin', origin));
  await using _publishers = await publishOn(origin, 'busy');
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
