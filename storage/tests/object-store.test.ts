import { randomBytes, randomUUID } from 'node:crypto';
import { access, lstat, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../src/object-store.ts';
import { openStore } from '../src/open-store.ts';
import { S3Server, s3Credentials } from '../src/testing/s3-server.ts';

let folder: string;
let server: S3Server;

beforeAll(async () => {
  Object.assign(process.env, s3Credentials);
  folder = await mkdtemp(join(tmpdir(), 'object-store-test-'));
  server = await S3Server.start();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function localFile(content: Buffer | string): Promise<string> {
  const file = join(folder, randomUUID());
  await writeFile(file, content);
  return file;
}

async function read(store: ObjectStore, key: string, from: number, to: number): Promise<string> {
  const stream = await store.open(key, { from, to });
  return stream === undefined ? '' : (await buffer(stream)).toString();
}

describe.each([
  ['a folder', () => openStore(join(folder, 'store'))],
  ['a bucket', () => openStore(server.location)],
])('%s', (_, open) => {
  it('keeps what is moved in, whole, and gives it back whole or in part', async () => {
    const store = open();
    const file = await localFile('0123456789');
    await store.put('r1/part/a.mkv', file);
    await expect(access(file)).rejects.toThrow('ENOENT');
    const before = await store.stat('r1/part/a.mkv');
    expect(before).toMatchObject({ key: 'r1/part/a.mkv', bytes: 10 });
    expect(Math.abs((before?.changedAtMs ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(await read(store, 'r1/part/a.mkv', 2, 4)).toBe('234');
    await store.put('r1/part/a.mkv', await localFile('new'));
    const copy = join(folder, randomUUID());
    expect(await store.fetch('r1/part/a.mkv', copy)).toBe(true);
    expect(await readFile(copy, 'utf8')).toBe('new');
  });

  it('keeps what is larger than one request carries', async () => {
    const store = open();
    const content = randomBytes(20 * 1024 * 1024);
    await store.put('r2/composed/large.webm', await localFile(content));
    const stream = await store.open('r2/composed/large.webm');
    expect(stream !== undefined && (await buffer(stream)).equals(content)).toBe(true);
  });

  it('says that there is nothing where there is nothing', async () => {
    const store = open();
    expect(await store.stat('r3/none')).toBeUndefined();
    expect(await store.open('r3/none')).toBeUndefined();
    expect(await store.fetch('r3/none', join(folder, 'none'))).toBe(false);
    expect(await store.list('r3')).toEqual([]);
    await store.remove('r3');
  });

  it('lists and removes what is below a folder, and nothing beside it', async () => {
    const store = open();
    for (const key of ['r4/b/1', 'r4/a', 'r44/a']) await store.put(key, await localFile(key));
    expect((await store.list('r4')).map(({ key, bytes }) => [key, bytes])).toEqual([
      ['r4/a', 4],
      ['r4/b/1', 6],
    ]);
    await store.remove('r4');
    expect(await store.list('r4')).toEqual([]);
    expect(await store.list('r44')).toHaveLength(1);
  });
});

it('a bucket that can’t be reached, or is not there, is told as that, and what was to be moved in stays', async () => {
  const file = await localFile('x');
  const missing = openStore({ ...server.location, bucket: 'nowhere' });
  await expect(missing.put('a', file)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  const store = openStore(server.location);
  await server.goAway();
  await expect(store.put('a', file)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryable: true });
  await expect(store.list('a')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  await server.comeBack();
  await store.put('a', file);
  expect(await store.stat('a')).toMatchObject({ bytes: 1 });
});

it('who is not known is refused', async () => {
  process.env.AWS_ACCESS_KEY_ID = 'SOMEBODY';
  try {
    const store = openStore(server.location);
    await expect(store.list('a')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  } finally {
    Object.assign(process.env, s3Credentials);
  }
});

it('tells a disk without room here from a bucket that can not be had, and leaves nothing on it', async () => {
  const store = openStore(server.location);
  await store.put('r6/a', await localFile('much'));
  const copy = join(folder, randomUUID());
  await symlink('/dev/full', `${copy}.new`);
  await expect(store.fetch('r6/a', copy)).rejects.toMatchObject({ code: 'RECORDING_DISK_FULL' });
  await expect(lstat(`${copy}.new`)).rejects.toMatchObject({ code: 'ENOENT' });
});
