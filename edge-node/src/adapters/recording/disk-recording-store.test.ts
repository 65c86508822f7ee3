import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { DiskRecordingStore } from './disk-recording-store.ts';

test('a part is open from before its folder is there until its writer ends, or could not be started', async () => {
  await using owned = new AsyncDisposableStack();
  const root = await mkdtemp(join(tmpdir(), 'canopy-'));
  owned.defer(() => rm(root, { recursive: true }));

  // A writer that ends at once.
  const store = new DiskRecordingStore(root, 'true', silentLogger);
  using ports = await store.takePorts();
  const { port } = ports;
  const writing = store.write('recording', 'part', '', port);
  expect(store.isOpen('part')).toBe(true);
  await expect(writing).rejects.toMatchObject({ code: 'RECORDING_FAILED' });
  await expect.poll(() => store.isOpen('part')).toBe(false);

  await writeFile(join(root, 'file'), '');
  await expect(store.write('file', 'other', '', port)).rejects.toMatchObject({ code: 'RECORDING_FAILED' });
  expect(store.isOpen('other')).toBe(false);
});
