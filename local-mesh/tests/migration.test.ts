import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Mesh, startMesh } from '../src/index.ts';
import { Attendance } from '../src/testing/attendance.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { untilMesh } from '../src/testing/mesh-view.ts';

let mesh: Mesh;
let browser: Browser;

beforeAll(async () => {
  [mesh, browser] = await Promise.all([
    startMesh({ regions: ['eu-central-1', 'eu-west-1', 'us-east-1'] }),
    launchChromium(),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
});

async function createMeeting(): Promise<string> {
  const response = await fetch(`${mesh.url}/v1/meetings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'Moving' }),
  });
  const { id } = (await response.json()) as { id: string };
  return id;
}

async function attend(meetingId: string, name: string, region: string): Promise<Attendance> {
  const attendance = await Attendance.join(browser, mesh.url, meetingId, name, region, { smallCamera: true });
  onTestFinished(() => attendance[Symbol.asyncDispose]());
  return attendance;
}

/** What the person at this screen sees: when frames of the other's picture are shown, and every notice that appears. */
interface Seen {
  /** ms */
  framesAt: number[];
  notices: string[];
}

async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: Seen = { framesAt: [], notices: [] };
    Reflect.set(window, 'seen', seen);
    const video = document.querySelector<HTMLVideoElement>('[data-testid=tile][data-kind=remote] video');
    if (video === null) throw new Error('nobody else is in the picture');
    const onFrame = (now: number) => {
      seen.framesAt.push(now);
      video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
    const place = document.querySelector('main [role=status]');
    if (place === null) throw new Error('there is no place for notices');
    new MutationObserver(() => seen.notices.push(place.textContent ?? '')).observe(place, {
      childList: true,
      subtree: true,
      characterData: true,
    });
  });
}

function seenBy(page: Page): Promise<Seen> {
  return page.evaluate(() => Reflect.get(window, 'seen') as Seen);
}

/** The longest time the picture stood still, ms. */
function longestPause({ framesAt }: Seen): number {
  return Math.max(...framesAt.slice(1).map((at, index) => at - (framesAt[index] ?? at)));
}

/** A busy machine makes everything stutter, also what does not move. */
function bearablePause(before: Seen): number {
  return Math.max(300, 2 * longestPause(before));
}

/** Until the page has shown that many further frames. */
async function showsMore(page: Page, frames: number): Promise<void> {
  const before = (await seenBy(page)).framesAt.length;
  await page.waitForFunction(
    (count) => (Reflect.get(window, 'seen') as Seen).framesAt.length >= count,
    before + frames,
  );
}

async function drain(edgeId: string): Promise<void> {
  const response = await fetch(`${mesh.url}/v1/edges/${edgeId}/drain`, { method: 'POST' });
  expect(response.ok).toBe(true);
  onTestFinished(async () => {
    await fetch(`${mesh.url}/v1/edges/${edgeId}/undrain`, { method: 'POST' });
    await mesh.ready();
  });
}

test('two people whose edge is drained go on seeing each other over another, and notice nothing', async () => {
  const meetingId = await createMeeting();
  const mara = await attend(meetingId, 'Mara', 'eu-central-1');
  const noah = await attend(meetingId, 'Noah', 'eu-central-1');
  const before = await Promise.all([mara.self(), noah.self()]);
  const drained = before[0].edge.id;
  expect(before[1].edge.id).toBe(drained);
  await Promise.all([mara.receives('video', 1), noah.receives('video', 1)]);
  await Promise.all([watch(mara.page), watch(noah.page)]);
  await Promise.all([showsMore(mara.page, 60), showsMore(noah.page, 60)]);
  const calm = await Promise.all([seenBy(mara.page), seenBy(noah.page)]);

  await drain(drained);
  await untilMesh(mesh.url, ({ edges }) => edges.some(({ id, sessions }) => id === drained && sessions === 0));
  await Promise.all([showsMore(mara.page, 60), showsMore(noah.page, 60)]);

  const after = await Promise.all([mara.self(), noah.self()]);
  expect(after.map(({ participantId }) => participantId)).toEqual(before.map(({ participantId }) => participantId));
  for (const { edge } of after) expect(edge.id).not.toBe(drained);
  for (const seen of await Promise.all([seenBy(mara.page), seenBy(noah.page)])) {
    expect(longestPause(seen)).toBeLessThan(Math.max(...calm.map(bearablePause)));
    expect(seen.notices).toEqual([]);
  }
});

test('who watches from elsewhere follows a publisher who moves, without a break', async () => {
  const meetingId = await createMeeting();
  const speaker = await attend(meetingId, 'Speaker', 'eu-central-1');
  const viewer = await attend(meetingId, 'Viewer', 'us-east-1');
  const drained = await speaker.edgeId();
  const [reception] = await viewer.receives('video', 1);
  await watch(viewer.page);
  await showsMore(viewer.page, 60);
  const calm = await seenBy(viewer.page);

  await drain(drained);
  await untilMesh(mesh.url, ({ edges }) => edges.some(({ id, sessions }) => id === drained && sessions === 0));
  await showsMore(viewer.page, 60);

  const seen = await seenBy(viewer.page);
  expect(longestPause(seen)).toBeLessThan(bearablePause(calm));
  expect(seen.notices).toEqual([]);
  const path = await viewer.path(reception?.trackId ?? '');
  expect(path).toEqual([await speaker.edgeId(), await viewer.edgeId()]);
});
