import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test, vi } from 'vitest';
import type { PartRecord } from '../../core/recording/part.ts';
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
  await expect(store.write('file', 'other', '', port)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  expect(store.isOpen('other')).toBe(false);
});

test('of what is noted of a part at once the last stays', async () => {
  await using owned = new AsyncDisposableStack();
  const root = await mkdtemp(join(tmpdir(), 'canopy-'));
  owned.defer(() => rm(root, { recursive: true }));
  const store = new DiskRecordingStore(root, 'true', silentLogger);
  const part: PartRecord = { partId: 'part', trackId: 't', edgeId: 'e', kind: 'audio', startedAtMs: 1 };
  const path = store.folders.path('recording', part.partId);
  await mkdir(path, { recursive: true });
  const ends = Array.from({ length: 20 }, (_, index) => index);
  await Promise.all(ends.map((endedAtMs) => store.note('recording', { ...part, endedAtMs })));
  expect(JSON.parse(await readFile(join(path, 'part.json'), 'utf8'))).toEqual({ ...part, endedAtMs: 19 });
});

test('what writes people’s media knows none of our secrets', async () => {
  await using owned = new AsyncDisposableStack();
  owned.defer(() => void vi.unstubAllEnvs());
  const root = await mkdtemp(join(tmpdir(), 'canopy-'));
  owned.defer(() => rm(root, { recursive: true }));
  vi.stubEnv('EDGE_TURN_SECRET', 'a secret');
  const program = join(root, 'writes-its-environment');
  await writeFile(program, '#!/bin/sh\nenv > environment\n', { mode: 0o755 });
  const store = new DiskRecordingStore(root, program, silentLogger);
  using ports = await store.takePorts();
  await expect(store.write('recording', 'part', '', ports.port)).rejects.toMatchObject({ code: 'RECORDING_FAILED' });
  const environment = await readFile(join(store.folders.path('recording', 'part'), 'environment'), 'utf8');
  expect(environment).toContain(`PATH=${process.env.PATH}`);
  expect(environment).not.toContain('secret');
});
