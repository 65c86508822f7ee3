import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@canopy/runtime/logger';
import { openStore } from '@canopy/storage/open-store';
import { S3Server, s3Credentials } from '@canopy/storage/testing/s3-server';
import { expect, test } from 'vitest';
import { DiskRecordingStore } from '../src/adapters/recording/disk-recording-store.ts';
import { UploadingRecordingStore } from '../src/adapters/recording/uploading-recording-store.ts';

/** A recording of one part that has ended, as an edge leaves it. */
async function recorded(folder: string): Promise<void> {
  const part = { partId: 'p', trackId: 't', edgeId: 'e', kind: 'audio', startedAtMs: 1_000, endedAtMs: 2_000 };
  await mkdir(join(folder, 'r', 'p'), { recursive: true });
  await writeFile(join(folder, 'r', 'p', 'part.json'), JSON.stringify(part));
  await writeFile(join(folder, 'r', 'p', '00000.mkv'), 'media');
}

test('an edge that leaves waits for a store that is away, as long as it may', async () => {
  Object.assign(process.env, s3Credentials);
  await using owned = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'canopy-recorded-'));
  owned.defer(() => rm(folder, { recursive: true, force: true }));
  const server = owned.use(await S3Server.start());
  await server.goAway();
  await recorded(folder);
  const disk = new DiskRecordingStore(folder, 'ffmpeg', silentLogger);
  const store = owned.use(new UploadingRecordingStore(disk, openStore(server.location), silentLogger));

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
  expect(await readdir(folder)).toEqual([]);
  expect((await openStore(server.location).list('r')).map(({ key }) => key)).toContain('r/p/00000.mkv');
});
