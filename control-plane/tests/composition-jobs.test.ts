import { randomUUID } from 'node:crypto';
import { access, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@canopy/runtime/logger';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { PostgresCompositionJobs } from '../src/adapters/postgres/composition-jobs.ts';
import { connectPostgres } from '../src/adapters/postgres/database.ts';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import { keptForMs, patience, Studio } from '../src/testing/studio.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
let studio: Studio;
let url: string;

beforeAll(async () => {
  studio = await Studio.open();
  url = studio.url;
});

afterAll(() => studio[Symbol.asyncDispose]());

/** As if it had ended five minutes ago: longer than recordings are kept, and than a compositor may go on writing. */
const endedLongAgo = (id: string) =>
  studio.mesh.query(`UPDATE recordings SET ended_at = now() - interval '5 minutes' WHERE id = $1`, [id]);

/** Has what failed tried again at once; returns how many that were. */
const hurry = async (id: string) => {
  const waits = `composer IS NULL AND composition_error IS NOT NULL AND lease_until IS NOT NULL`;
  const hurried = `UPDATE recordings SET lease_until = NULL WHERE id = $1 AND ${waits} RETURNING id`;
  return (await studio.mesh.query(hurried, [id])).length;
};

/** The compositor that has it has not been heard of for too long. */
const loseLease = (id: string) =>
  studio.mesh.query(`UPDATE recordings SET lease_until = now() - interval '1 second' WHERE id = $1`, [id]);

/** Jobs as a compositor has them that is lost with each it takes. */
function lostJobs(id: string) {
  const { databaseUrl } = studio.mesh.config;
  const db = connectPostgres({ url: databaseUrl, timeoutMs: 10_000, maxConnections: 1 }, silentLogger);
  onTestFinished(() => db.destroy());
  const jobs = new PostgresCompositionJobs(db, 'lost');
  const claim = async () => {
    await loseLease(id);
    return (await jobs.claim())?.id;
  };
  return { jobs, claim };
}

it('follows another compositor that was ended in the middle', async () => {
  const recording = await studio.recorded();
  const hangs = join(studio.folder, 'hangs');
  await writeFile(hangs, '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
  const slow = await studio.compositor({ ffmpeg: hangs });
  await studio.until('composing', recording);
  await slow[Symbol.asyncDispose]();
  await studio.compositor();
  await studio.until('ready', recording);
});

it('goes on trying while the store is away, and composes when it is back', async () => {
  const recording = await studio.recorded();
  // A way that leads nowhere: any use of it fails.
  const away = join(studio.folder, randomUUID());
  await symlink(away, away);
  const cutOff = await studio.compositor({ recordings: away });
  let failures = 0;
  const failed = async () => {
    failures += await hurry(recording.id);
    return failures;
  };
  await expect.poll(failed, patience).toBe(4);
  expect(await studio.composition(recording)).toMatchObject({ error: 'STORAGE_UNAVAILABLE' });
  await cutOff[Symbol.asyncDispose]();
  await hurry(recording.id);
  await studio.compositor();
  await studio.until('ready', recording);
});

it('does not take lost compositors for failures', async () => {
  const recording = await studio.recorded();
  const { id, path } = recording;
  const { jobs, claim } = lostJobs(id);
  expect([await claim(), await claim(), await claim()]).toEqual([id, id, id]);
  await jobs.failed(id, 'STORAGE_UNAVAILABLE', 'later');
  expect(await claim()).toBe(id);
  await jobs.failed(id, 'RECORDING_FAILED', 'soon');
  expect(await studio.composition(recording)).toMatchObject({ status: 'waiting', error: 'RECORDING_FAILED' });
  expect((await call(url, 'DELETE', path)).status).toBe(204);
});

it('gives a recording up that ends every compositor', async () => {
  const events = await studio.told();
  const recording = await studio.recorded();
  const { claim } = lostJobs(recording.id);
  let claims = 0;
  while (claims < 10 && (await claim()) === recording.id) claims++;
  expect(claims).toBe(6);
  expect(await studio.composition(recording)).toMatchObject({ status: 'failed', error: 'RECORDING_FAILED' });
  expect((await events(recording)).at(-1)).toMatchObject({ type: 'recording.failed', error: 'RECORDING_FAILED' });
});

it('shows a recording in which there is nothing as failed', async () => {
  const events = await studio.told();
  const recording = await studio.record(await newMeeting(url));
  await call(url, 'POST', `${recording.path}/stop`);
  await studio.compositor();
  await studio.until('failed', recording);
  expect((await studio.composition(recording)).error).toBe('RECORDING_EMPTY');
  expect((await events(recording)).at(-1)).toMatchObject({ type: 'recording.failed', error: 'RECORDING_EMPTY' });
});

it('takes a deleted recording away with its files', async () => {
  const events = await studio.told();
  const recording = await studio.recorded();
  const { id, path } = recording;
  expect((await call(url, 'DELETE', path)).status).toBe(204);
  expect((await events(recording)).at(-1)).toMatchObject({ type: 'recording.deleted', reason: 'request' });
  expect(codeOf(await call(url, 'GET', path))).toBe('RECORDING_NOT_FOUND');
  await access(join(studio.folder, id));
  await endedLongAgo(id);
  await studio.compositor();
  const left = () =>
    studio.mesh.query('SELECT id FROM recordings WHERE id = $1 UNION SELECT id FROM recordings_left WHERE id = $1', [
      id,
    ]);
  await expect.poll(left, patience).toEqual([]);
  await expect(access(join(studio.folder, id))).rejects.toThrow('ENOENT');
});

it('leaves the files of a deleted recording alone while a compositor may still write there', async () => {
  const { id, path } = await studio.recorded();
  const { jobs, claim } = lostJobs(id);
  expect(await claim()).toBe(id);
  await call(url, 'DELETE', path);
  await endedLongAgo(id);
  expect(await jobs.deleted()).not.toContain(id);
  await loseLease(id);
  expect(await jobs.deleted()).toContain(id);
});

it('takes away the files of recordings that went with their meetings', async () => {
  const { id, path } = await studio.recorded();
  await studio.mesh.query('DELETE FROM meetings WHERE id = $1', [path.split('/')[3]]);
  await access(join(studio.folder, id));
  await studio.mesh.query(`UPDATE recordings_left SET left_at = now() - interval '5 minutes'`);
  await studio.compositor();
  const left = () => studio.mesh.query('SELECT FROM recordings_left WHERE id = $1', [id]);
  await expect.poll(left, patience).toEqual([]);
  await expect(access(join(studio.folder, id))).rejects.toThrow('ENOENT');
});

it('tells when a recording will be too old, and webhooks when it was', async () => {
  const events = await studio.told();
  const recording = await studio.record(await newMeeting(url));
  const { endedAt, expiresAt } = (await call(url, 'POST', `${recording.path}/stop`)).body;
  expect(Date.parse(String(expiresAt)) - Date.parse(String(endedAt))).toBe(keptForMs);
  const { jobs } = lostJobs(recording.id);
  await jobs.expire(keptForMs);
  expect((await events(recording)).at(-1)).toMatchObject({ type: 'recording.ended' });
  await endedLongAgo(recording.id);
  await jobs.expire(keptForMs);
  expect((await events(recording)).at(-1)).toMatchObject({ type: 'recording.deleted', reason: 'retention' });
});

it('takes away what is older than recordings are kept, and nothing else', async () => {
  const [old, recent] = [await studio.recorded(), await studio.recorded()];
  await endedLongAgo(old.id);
  await studio.compositor({ kept: keptForMs });
  await expect.poll(async () => codeOf(await call(url, 'GET', old.path)), patience).toBe('RECORDING_NOT_FOUND');
  await studio.until('ready', recent);
  await expect(access(join(studio.folder, old.id))).rejects.toThrow('ENOENT');
});
