import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, onTestFinished, test } from 'vitest';
import { PartFolders } from './part-folders.ts';

const startedAtMs = Date.now() - 60_000;
const ended = { endedAtMs: startedAtMs + 60_000 };

/** A folder with one recording, and what writes a file of one of its parts. */
async function recording() {
  const root = await mkdtemp(join(tmpdir(), 'canopy-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const write = async (partId: string, name: string, text: string) => {
    await mkdir(join(root, 'recording', partId), { recursive: true });
    await writeFile(join(root, 'recording', partId, name), text);
  };
  const begin = (partId: string, more: { endedAtMs?: number } = {}) =>
    write(
      partId,
      'part.json',
      JSON.stringify({ partId, trackId: 'mic', edgeId: 'e', kind: 'audio', startedAtMs, ...more }),
    );
  return { root, write, begin, folders: new PartFolders(root, () => false, silentLogger) };
}

test('what an edge that died was recording ends with its media, not when its writer noticed', async () => {
  const { write, begin, folders } = await recording();
  await begin('left');
  await begin('ended', ended);
  for (const partId of ['left', 'ended']) {
    await write(partId, '00000.mkv', 'sound');
    await write(partId, 'segments.csv', '00000.mkv,0.000000,9.500000\n');
  }
  const parts = await folders.parts('recording');
  const until = new Map(parts.map(({ partId, writtenUntilMs }) => [partId, writtenUntilMs - startedAtMs]));
  expect(until.get('left')).toBe(9_500);
  expect(until.get('ended')).toBeGreaterThan(59_000);
});

test('the list of an edge that died is read once for all segments', async () => {
  const { root, write, begin, folders } = await recording();
  await begin('left');
  const names = Array.from({ length: 300 }, (_, index) => `${String(index).padStart(5, '0')}.mkv`);
  for (const name of names) await write('left', name, 'sound');
  // A pipe is empty once it was read; whoever reads again waits for ever.
  const list = join(root, 'recording', 'left', 'segments.csv');
  execFileSync('mkfifo', [list]);
  const rows = names.map((name, index) => `${name},0.000000,${(index + 1) / 100}\n`);
  const [[part]] = await Promise.all([folders.parts('recording'), writeFile(list, rows.join(''))]);
  expect(part).toMatchObject({ segments: 300, bytes: 1_500, writtenUntilMs: startedAtMs + 3_000 });
});

test('what is whole is read once, and what is taken out is no longer counted', async () => {
  const { root, write, begin, folders } = await recording();
  const bytes = async () => (await folders.parts('recording')).map((part) => [part.partId, part.segments, part.bytes]);
  await begin('ended', ended);
  await begin('left');
  for (const partId of ['ended', 'left'])
    for (const name of ['00000.mkv', '00001.mkv']) await write(partId, name, '12345');
  const first = [
    ['ended', 2, 10],
    ['left', 2, 10],
  ];
  expect(await bytes()).toEqual(first);
  for (const partId of ['ended', 'left']) await write(partId, '00000.mkv', '');
  await rm(join(root, 'recording', 'ended', 'part.json'));
  expect(await bytes()).toEqual(first);

  await write('left', '00001.mkv', '1234567');
  await write('left', '00002.mkv', '1');
  expect(await bytes()).toContainEqual(['left', 3, 13]);

  await begin('ended', ended);
  await rm(join(root, 'recording', 'ended', '00000.mkv'));
  folders.changed('ended');
  expect(await bytes()).toContainEqual(['ended', 1, 5]);
});

test('a part that can not be read takes no other one with it, and its media stays', async () => {
  const { root, write, begin, folders } = await recording();
  await write('broken', 'part.json', '');
  await write('broken', '00000.mkv', 'sound');
  await begin('good', ended);
  await write('good', '00000.mkv', 'sound');
  expect(await folders.parts('recording')).toMatchObject([{ partId: 'good', segments: 1 }]);
  const noted = ['broken', 'missing'].map((partId) => folders.record('recording', partId));
  expect(await Promise.all(noted)).toEqual(['unreadable', 'none']);
  expect(await readdir(join(root, 'recording', 'broken'))).toContain('00000.mkv');
});
