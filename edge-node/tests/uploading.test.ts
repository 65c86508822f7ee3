import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { silentLogger } from '@canopy/runtime/logger';
import type { ObjectStore } from '@canopy/storage/object-store';
import { openStore } from '@canopy/storage/open-store';
import { S3Store } from '@canopy/storage/s3-store';
import { S3Server, s3Credentials } from '@canopy/storage/testing/s3-server';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { DiskRecordingStore } from '../src/adapters/recording/disk-recording-store.ts';
import { UploadingRecordingStore } from '../src/adapters/recording/uploading-recording-store.ts';
import type { PartRecord } from '../src/core/recording/part.ts';
import { describeStream } from '../src/core/recording/sdp.ts';

const patience = { timeout: 30_000, interval: 20 };
const opus = { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, rtcpFeedback: [] };
let folder: string;
let server: S3Server;

beforeEach(async () => {
  Object.assign(process.env, s3Credentials);
  folder = await mkdtemp(join(tmpdir(), 'canopy-recorded-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  server = await S3Server.start();
  onTestFinished(() => server[Symbol.asyncDispose]());
});

const noted = (partId: string, more: Partial<PartRecord> = {}): PartRecord => ({
  partId,
  trackId: 't',
  edgeId: 'e',
  kind: 'audio',
  startedAtMs: 1_000,
  ...more,
});

/** A part that has ended, as an edge leaves it. */
async function recorded(partId: string, ...segments: string[]): Promise<void> {
  const own = join(folder, 'r', partId);
  await mkdir(own, { recursive: true });
  await writeFile(join(own, 'part.json'), JSON.stringify(noted(partId, { endedAtMs: 2_000 })));
  await writeFile(join(own, 'segments.csv'), '');
  for (const segment of segments) await writeFile(join(own, segment), 'media');
}

function uploading(objects: ObjectStore = openStore(server.location)) {
  const disk = new DiskRecordingStore(folder, 'ffmpeg', silentLogger);
  const store = new UploadingRecordingStore(disk, objects, silentLogger);
  onTestFinished(() => store[Symbol.asyncDispose]());
  return store;
}

/** A bucket that takes nothing until it is let, and tells what it was asked to take. */
class HeldBucket extends S3Store {
  readonly asked: string[] = [];
  /** Of what was asked at once. */
  most = 0;
  readonly #opened = Promise.withResolvers<void>();
  #waiting = 0;

  letIn(): void {
    this.#opened.resolve();
  }

  override async put(key: string, file: string): Promise<void> {
    this.asked.push(key);
    this.#waiting++;
    this.most = Math.max(this.most, this.#waiting);
    await this.#opened.promise;
    await super.put(key, file);
    this.#waiting--;
  }
}

test('an edge that leaves waits for a store that is away, as long as it may', async () => {
  await server.goAway();
  await recorded('p', '00000.mkv');
  const store = uploading();

  const hurry = new AbortController();
  let moved = false;
  const leaving = store.moved(new AbortController().signal).then(() => {
    moved = true;
  });
  const hurried = store.moved(hurry.signal);
  hurry.abort();
  await hurried;
  expect(moved).toBe(false);
  expect(await readdir(folder)).toEqual(['r']);

  await server.comeBack();
  await leaving;
  await expect.poll(() => readdir(folder), patience).toEqual([]);
  expect((await openStore(server.location).list('r')).map(({ key }) => key)).toContain('r/p/00000.mkv');
});

test('parts are moved to a slow store side by side, each in its order, so that none waits for all others', async () => {
  const bucket = new HeldBucket(server.location);
  const partIds = Array.from({ length: 20 }, (_, index) => `p${index}`);
  for (const partId of partIds) await recorded(partId, '00000.mkv', '00001.mkv');
  const store = uploading(bucket);
  onTestFinished(() => bucket.letIn());
  await expect.poll(() => bucket.asked.length, patience).toBe(12);
  const first = bucket.asked.map((key) => key.split('/'));
  expect(new Set(first.map(([, partId]) => partId)).size).toBe(12);
  expect(new Set(first.map(([, , name]) => name))).toEqual(new Set(['00000.mkv']));

  bucket.letIn();
  await store.moved(new AbortController().signal);
  expect(bucket.most).toBe(12);
  for (const partId of partIds) {
    const own = bucket.asked.filter((key) => key.startsWith(`r/${partId}/`));
    expect(own.map((key) => key.split('/')[2])).toEqual(['00000.mkv', '00001.mkv', 'segments.csv', 'part.json']);
  }
});

/** A microphone that speaks ten times as fast. */
function speaking(port: number): AsyncDisposable {
  const input = ['-loglevel', 'error', '-readrate', '10', '-f', 'lavfi', '-i', 'sine=sample_rate=48000'];
  const output = ['-c:a', 'libopus', '-ac', '2', '-f', 'rtp', '-payload_type', String(opus.payloadType)];
  const url = `rtp://127.0.0.1:${port}?rtcpport=9`;
  const microphone = spawn('ffmpeg', [...input, ...output, url], { stdio: 'ignore' });
  const ended = once(microphone, 'close');
  return {
    async [Symbol.asyncDispose]() {
      microphone.kill('SIGKILL');
      await ended;
    },
  };
}

test('a part that goes on is published together with the list of its segments, which it has for itself once it ended', async () => {
  const bucket = new HeldBucket(server.location);
  bucket.letIn();
  const store = uploading(bucket);
  const published = async () => {
    const stream = await bucket.open('r/p/part.json');
    return stream && ((await json(stream)) as { segments: number; list?: string });
  };
  {
    using ports = await store.takePorts();
    const sdp = describeStream({ codecs: [opus], headerExtensions: [], encodings: [] }, ports.port);
    const writing = await store.write('r', 'p', sdp, ports.port);
    await store.note('r', noted('p'));
    const ended = new Promise<void>((resolve) => writing.onEnded(() => resolve()));
    await using _microphone = speaking(ports.port);
    await expect.poll(async () => (await published())?.segments, patience).toBeGreaterThan(2);
    const { segments, list = '' } = (await published()) ?? { segments: 0 };
    const listed = list
      .trimEnd()
      .split('\n')
      .map((row) => row.split(',')[0]);
    const stored = (await bucket.list('r/p')).map(({ key }) => key.split('/')[2]);
    expect(listed.slice(0, segments)).toEqual(stored.filter((name) => name?.endsWith('.mkv')).slice(0, segments));
    expect(bucket.asked).not.toContain('r/p/segments.csv');
    writing.stop();
    await ended;
  }
  await store.note('r', noted('p', { endedAtMs: 60_000 }));
  await store.moved(new AbortController().signal);
  expect(bucket.asked.slice(-2)).toEqual(['r/p/segments.csv', 'r/p/part.json']);
  expect(await published()).not.toHaveProperty('list');
});
