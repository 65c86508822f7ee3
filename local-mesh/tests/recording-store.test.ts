import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Api } from '@canopy/client';
import { openStore } from '@canopy/storage/open-store';
import { S3Server, s3Credentials } from '@canopy/storage/testing/s3-server';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Mesh, startMesh } from '../src/index.ts';
import { Attendance } from '../src/testing/attendance.ts';
import { launchChromium } from '../src/testing/chromium.ts';

const run = promisify(execFile);
const region = 'eu-central-1';
const patience = { timeout: 60_000, interval: 100 };
let server: S3Server;
let mesh: Mesh;
let browser: Browser;
let api: Api;

beforeAll(async () => {
  Object.assign(process.env, s3Credentials);
  server = await S3Server.start();
  const recordingStore = { setting: server.setting, credentials: s3Credentials };
  [mesh, browser] = await Promise.all([
    startMesh({ regions: [region], composes: true, recordingStore }),
    launchChromium(),
  ]);
  api = new Api({ url: mesh.url });
});

afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
  await server?.[Symbol.asyncDispose]();
});

test('a meeting is recorded into a store that is away in the middle, composed there and played from there', async () => {
  const { id } = await api.createMeeting({ title: 'Stored' });
  const recordings = `${mesh.url}/v1/meetings/${id}/recordings`;
  await using _ada = await Attendance.join(browser, mesh.url, id, 'Ada', region, { smallCamera: true });
  const started = (await (await fetch(recordings, { method: 'POST' })).json()) as { id: string };
  const shown = async () => (await (await fetch(`${recordings}/${started.id}`)).json()) as Shown;
  const written = async () => (await shown()).parts.filter(({ bytes }) => bytes > 10_000).map(({ kind }) => kind);
  await expect.poll(async () => (await written()).sort(), patience).toEqual(['audio', 'video']);
  await server.goAway();
  await fetch(`${recordings}/${started.id}/stop`, { method: 'POST' });
  await expect.poll(async () => (await shown()).status, patience).toBe('stopped');
  await server.comeBack();
  await expect.poll(async () => (await shown()).composition.status, patience).toBe('ready');

  const keys = (await openStore(server.location).list(started.id)).map(({ key }) => key);
  expect(keys.filter((key) => key.endsWith('.mkv'))).toHaveLength(2);
  expect(keys).toContain(`${started.id}/composed/recording.webm`);
  const { url: file } = await api.recordings.link(id, started.id);
  const part = await fetch(file, { headers: { range: 'bytes=0-3' } });
  expect([part.status, Buffer.from(await part.arrayBuffer()).toString('hex')]).toEqual([206, '1a45dfa3']);
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_name', '-of', 'csv', file]);
  expect(stdout.trim().split('\n')).toEqual(['stream,vp8', 'stream,opus']);
});

interface Shown {
  status: string;
  parts: { kind: string; bytes: number }[];
  composition: { status: string };
}
