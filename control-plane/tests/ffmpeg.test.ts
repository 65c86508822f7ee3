import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { listed, opens, runFfmpeg } from '../src/adapters/recording/ffmpeg.ts';

const run = promisify(execFile);
const { signal } = new AbortController();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ffmpeg-test-'));
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Half a second of a picture. */
async function film(name: string, encoder: string): Promise<string> {
  const file = join(folder, name);
  const input = ['-loglevel', 'error', '-f', 'lavfi', '-i', 'testsrc=size=64x64:rate=10', '-t', '0.5'];
  await run('ffmpeg', [...input, '-c:v', encoder, file]);
  return file;
}

test('what reads people’s media knows none of our secrets', async () => {
  vi.stubEnv('DATABASE_URL', 'postgres://canopy:secret@localhost/canopy');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  const program = join(folder, 'prints-its-environment');
  await writeFile(program, '#!/bin/sh\nenv\n', { mode: 0o755 });
  const said = await runFfmpeg(program, [], signal);
  expect(said).toContain(`PATH=${process.env.PATH}`);
  expect(said).not.toMatch(/secret/i);
});

test('a file that an edge stored leads to no other, whatever is in it', async () => {
  const stored = await film('00000.mkv', 'libvpx');
  expect(await opens('ffmpeg', stored, signal)).toBe(true);
  // Other formats than that of recordings name files and addresses, and ffmpeg knows a format by what is in a file.
  const playlist = join(folder, '00001.mkv');
  const lines = ['#EXTM3U', '#EXT-X-TARGETDURATION:1', '#EXTINF:1,', stored, '#EXT-X-ENDLIST'];
  await writeFile(playlist, `${lines.join('\n')}\n`);
  expect(await opens('ffmpeg', playlist, signal)).toBe(false);
  const list = join(folder, '00002.mkv');
  await writeFile(list, 'ffconcat version 1.0\nfile 00000.mkv\n');
  expect(await opens('ffmpeg', list, signal)).toBe(false);
});

test('nothing is decoded but what meetings have', async () => {
  const list = join(folder, 'list.txt');
  const decodes = async (file: string) => {
    await writeFile(list, `file '${file}'\n`);
    return await runFfmpeg('ffmpeg', [...listed(list), '-f', 'null', '-'], signal);
  };
  await decodes(await film('meeting.mkv', 'libvpx'));
  await expect(decodes(await film('other.mkv', 'mjpeg'))).rejects.toMatchObject({ code: 'RECORDING_FAILED' });
});
