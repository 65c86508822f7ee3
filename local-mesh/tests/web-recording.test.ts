import { readFile } from 'node:fs/promises';
import { Api, type RecordedPart, type RecordingInfo } from '@canopy/client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Mesh, startMesh } from '../src/index.ts';
import { violations } from '../src/testing/accessibility.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { paintCamera, shoot, withScreenshots } from '../src/testing/screenshots.ts';

const patience = { timeout: 60_000, interval: 100 };
let mesh: Mesh;
let browser: Browser;
let api: Api;

beforeAll(async () => {
  [mesh, browser] = await Promise.all([
    startMesh({ regions: ['eu-central-1', 'eu-central-1'], composes: true }),
    launchChromium(),
  ]);
  api = new Api({ url: mesh.url });
});

afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
});

async function newPage(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  onTestFinished(() => context.close());
  return await context.newPage();
}

async function enter(meetingId: string, name: string): Promise<Page> {
  const page = await newPage();
  if (withScreenshots) await paintCamera(page, name === 'Mara' ? 205 : 30);
  await page.goto(`${mesh.url}/m/${meetingId}?role=${name === 'Mara' ? 'host' : 'panelist'}`);
  await page.getByTestId('join-name').fill(name);
  await page.getByTestId('join-button').click();
  await page.getByTestId('participant-count').waitFor();
  return page;
}

async function manifest(meetingId: string): Promise<RecordingInfo> {
  const [recording] = await api.recordings.list(meetingId);
  if (recording === undefined) throw new Error('nothing is recorded');
  return recording;
}

/** It is read out to whoever listens. */
const told = (page: Page, text: string) =>
  page.getByRole('status').getByText(text, { exact: true }).waitFor({ state: 'attached' });

/** Both are recorded with picture and sound on this edge, in parts that are none of these. */
async function bothRecorded(meetingId: string, edgeId: string, earlier: readonly RecordedPart[] = []): Promise<void> {
  const known = new Set(earlier.map(({ id }) => id));
  const recorded = async () => {
    const { parts } = await manifest(meetingId);
    const here = parts.filter((part) => part.edgeId === edgeId && !known.has(part.id) && part.bytes > 10_000);
    return [...new Map(here.map(({ trackId, kind }) => [trackId, kind])).values()].sort();
  };
  await expect.poll(recorded, patience).toEqual(['audio', 'audio', 'video', 'video']);
}

/** The manifest shows, of each track, that nothing was recorded between these parts and those before. */
function pauseShown({ parts, gaps }: RecordingInfo, isAfter: (part: RecordedPart) => boolean): void {
  const [before, after] = [parts.filter((part) => !isAfter(part)), parts.filter(isAfter)];
  const end = (of: readonly RecordedPart[]) =>
    of
      .map(({ writtenUntil }) => writtenUntil)
      .toSorted()
      .at(-1) ?? '';
  const begin = (of: readonly RecordedPart[]) => of.map(({ startedAt }) => startedAt).toSorted()[0] ?? '';
  const tracks = new Set(parts.map(({ trackId }) => trackId));
  expect(tracks.size).toBe(4);
  for (const trackId of tracks) {
    const own = (part: RecordedPart) => part.trackId === trackId;
    expect(gaps).toContainEqual({ trackId, from: end(before.filter(own)), to: begin(after.filter(own)) });
  }
}

/** Runs in the page: at its beginning nobody is seen yet. */
function showMiddle(video: HTMLVideoElement): Promise<unknown> {
  const shown = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
  video.currentTime = video.duration / 2;
  return shown;
}

test('a meeting is recorded but for a pause, also when its edge is killed; it is composed, watched, downloaded and deleted', async () => {
  const { id } = await api.createMeeting({ title: 'Review' });
  const mara = await enter(id, 'Mara');
  const noah = await enter(id, 'Noah');
  await expect.poll(() => noah.getByTestId('toggle-recording').count()).toBe(0);
  await mara.getByTestId('toggle-recording').click();
  for (const page of [mara, noah]) await page.getByTestId('recording-sign').waitFor();
  await noah.getByTestId('recording-notice').waitFor();
  const late = await newPage();
  await late.goto(`${mesh.url}/m/${id}?role=panelist`);
  await late.getByTestId('join-recorded').waitFor();
  await late.close();
  await expect.poll(async () => (await manifest(id)).edgeId, patience).not.toBeNull();
  const first = (await manifest(id)).edgeId ?? '';
  await bothRecorded(id, first);

  await mara.getByTestId('pause-recording').click();
  await noah.getByText('Recording paused').waitFor();
  await told(noah, 'Nothing is kept while the recording is paused');
  await noah.getByTestId('recording-notice').waitFor({ state: 'detached' });
  const running = async () => (await manifest(id)).parts.filter((part) => part.running);
  await expect.poll(running, patience).toEqual([]);
  const { parts: beforePause } = await manifest(id);
  const resumedAt = new Date().toISOString();
  await mara.getByTestId('pause-recording').click();
  await told(noah, 'This meeting is being recorded');
  // Who has not put it away sees it again.
  await noah.getByTestId('recording-notice').waitFor();
  await bothRecorded(id, first, beforePause);
  pauseShown(await manifest(id), ({ startedAt }) => startedAt >= resumedAt);

  mesh.edges.find((edge) => edge.id === first)?.kill('SIGKILL');
  const second = mesh.edges.find((edge) => edge.id !== first)?.id ?? '';
  await bothRecorded(id, second);
  pauseShown(await manifest(id), ({ edgeId }) => edgeId === second);
  await mara.getByTestId('toggle-recording').click();
  await noah.getByTestId('recording-sign').waitFor({ state: 'detached' });
  await told(noah, 'The meeting is no longer being recorded');

  const address = await mara.getByTestId('open-recordings').getAttribute('href');
  await mara.getByTestId('leave-button').click();
  await mara.getByTestId('just-leave').click();
  await mara.getByTestId('to-recordings').click();
  await mara.waitForURL(`${mesh.url}${address}`);
  // Composing goes on when everybody has gone.
  for (const left of [mara, noah]) await left.context().close();
  const page = await newPage();
  await page.goto(mesh.url);
  await page.getByTestId('nav-recordings').click();
  await page.getByRole('link', { name: 'Review' }).click();
  await page.waitForURL(`${mesh.url}${address}`);
  await page.getByRole('heading', { name: 'Recordings of Review' }).waitFor();
  const entry = page.getByTestId('recording');
  await entry.waitFor();
  await expect.poll(() => entry.getAttribute('data-composition'), patience).toBe('ready');
  await page.getByTestId('open-recording').click();
  const video = page.getByTestId('recording-video');
  const time = () => video.evaluate((element: HTMLVideoElement) => element.currentTime);
  await video.evaluate((element: HTMLVideoElement) => element.play());
  await expect.poll(time, patience).toBeGreaterThan(1);
  expect(await video.evaluate((element: HTMLVideoElement) => [element.videoWidth, element.videoHeight])).toEqual([
    1_280, 720,
  ]);
  expect(await violations(page)).toEqual([]);

  if (withScreenshots) await video.evaluate(showMiddle);
  await shoot(page, 'recording');

  const download = page.waitForEvent('download');
  await page.getByTestId('download-recording').click();
  const file = await readFile(await (await download).path());
  expect(file.length).toBe((await manifest(id)).composition.bytes);
  const link = await video.evaluate((element: HTMLVideoElement) => element.src);
  expect((await fetch(`${link.slice(0, -4)}AAAA`)).status).toBe(401);

  await page.getByTestId('delete-recording').click();
  await page.getByTestId('confirm-delete').click();
  await entry.waitFor({ state: 'detached' });
  expect((await fetch(link)).status).toBe(404);
});
