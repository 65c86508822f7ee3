import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DiskRecordingStore } from './disk-recording-store.ts';
import { freePortPair } from './udp-ports.ts';

test('a part is open from before its folder is there until its writer ends, or could not be started', async () => {
  await using owned = new AsyncDisposableStack();
  const root = await mkdtemp(join(tmpdir(), 'canopy-'));
  owned.defer(() => rm(root, { recursive: true }));
  const port = await freePortPair();

  // A writer that ends at once.
  const store = new DiskRecordingStore(root, 'true');
  const writing = store.write('recording', 'part', '', port);
  expect(store.isOpen('part')).toBe(true);
  await expect(writing).rejects.toMatchObject({ code: 'RECORDING_FAILED' });
  await expect.poll(() => store.isOpen('part')).toBe(false);

  await writeFile(join(root, 'file'), '');
  await expect(store.write('file', 'other', '', port)).rejects.toMatchObject({ code: 'RECORDING_FAILED' });
  expect(store.isOpen('other')).toBe(false);
});

test('what an edge that died was recording ends with its media, not when its writer noticed', async () => {
  const root = await mkdtemp(join(tmpdir(), 'canopy-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const startedAtMs = Date.now() - 20_000;
  const record = { trackId: 'mic', edgeId: 'dead', kind: 'audio', startedAtMs };
  for (const [partId, ended] of [
    ['left', {}],
    ['ended', { endedAtMs: startedAtMs + 20_000 }],
  ] as const) {
    await mkdir(join(root, 'recording', partId), { recursive: true });
    const write = (name: string, text: string) => writeFile(join(root, 'recording', partId, name), text);
    await write('part.json', JSON.stringify({ ...record, partId, ...ended }));
    await write('00000.mkv', 'sound');
    await write('segments.csv', '00000.mkv,0.000000,9.500000\n');
  }
  const parts = await new DiskRecordingStore(root, 'true').parts('recording');
  const until = new Map(parts.map(({ partId, writtenUntilMs }) => [partId, writtenUntilMs - startedAtMs]));
  expect(until.get('left')).toBe(9_500);
  expect(until.get('ended')).toBeGreaterThan(19_000);
});
