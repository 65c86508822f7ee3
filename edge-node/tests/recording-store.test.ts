import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@canopy/storage/open-store';
import { S3Server, s3Credentials } from '@canopy/storage/testing/s3-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type InProcessEdge, routeTable, startInProcessEdge } from '../src/testing/index.ts';
import { camera, ended, microphone, patience, publishOn, record, writers, written } from './support/recordings.ts';

const natsUrl = process.env.NATS_URL ?? '';
let folder: string;
let origin: InProcessEdge;

beforeAll(async () => {
  Object.assign(process.env, s3Credentials);
  folder = await mkdtemp(join(tmpdir(), 'recording-store-test-'));
  origin = await startInProcessEdge('origin', natsUrl);
});

afterAll(async () => {
  await origin[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

// Two edges record one after the other, and writers close what they wrote only every few seconds.
const forTwoRecordings = { timeout: 180_000 };

test(
  'a store gets what was recorded, also what was recorded while it was away, and another edge finds them there',
  forTwoRecordings,
  async () => {
    await using server = await S3Server.start();
    const store = openStore(server.location);
    const config = { recording: { dir: folder, ffmpeg: 'ffmpeg', mostTracks: 100, store: server.location } };
    await using first = await startInProcessEdge('first', natsUrl, config);
    await using _publishers = await publishOn(origin, 'stored');
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
    await expect.poll(() => readdir(join(folder, 'first')), patience).toEqual([]);

    await using second = await startInProcessEdge('second', natsUrl, config);
    second.authority.give(routeTable('stored', 1, second, 'origin', origin));
    await written(second, recording, microphone);
    const parts = await ended(second, recording);
    expect(parts.map(({ edgeId }) => edgeId)).toEqual(['first', 'first', 'second']);
    expect(parts.slice(0, 2)).toEqual(whole);
  },
);

test('what an edge that was killed left on its disk is stored when it runs again', async () => {
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
  const left = async () => (await readdir(join(folder, 'dark', recordingId))).sort();
  await expect.poll(left, patience).toEqual(['a', 'b', 'd']);
});

test('a store that never answers keeps no answer of an edge waiting', async () => {
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
