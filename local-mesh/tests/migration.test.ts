import type { Browser, JSHandle, Page } from 'playwright-core';
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

async function createMeeting(mode: 'meeting' | 'webinar' = 'meeting'): Promise<string> {
  const response = await fetch(`${mesh.url}/v1/meetings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'Moving', mode }),
  });
  const { id } = (await response.json()) as { id: string };
  return id;
}

async function attend(
  meetingId: string,
  name: string,
  region: string,
  role: 'panelist' | 'attendee' = 'panelist',
): Promise<Attendance> {
  const attendance = await Attendance.join(browser, mesh.url, meetingId, name, region, { smallCamera: true, role });
  onTestFinished(() => attendance[Symbol.asyncDispose]());
  return attendance;
}

/** Two handshakes, and twice the pictures to decode, make a machine stutter, too; who joins anew sees nothing for longer. `bench failover --only drain` counts frames and ms. */
const noBreakMs = 200;

/** What the person at this screen sees: when frames of the other's picture are shown, when the page could have shown one at all, and every notice that appears. */
interface Seen {
  /** ms */
  framesAt: number[];
  /** ms; an idle machine paints sixty times a second. */
  paintedAt: number[];
  notices: string[];
}

async function watch(page: Page): Promise<void> {
  await page.locator('[data-testid=tile][data-kind=remote] video').waitFor();
  await page.evaluate(() => {
    const seen: Seen = { framesAt: [], paintedAt: [], notices: [] };
    Reflect.set(window, 'seen', seen);
    const video = document.querySelector<HTMLVideoElement>('[data-testid=tile][data-kind=remote] video');
    if (video === null) throw new Error('nobody else is in the picture');
    const onFrame = (now: number) => {
      seen.framesAt.push(now);
      video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
    const onPaint = (now: number) => {
      seen.paintedAt.push(now);
      requestAnimationFrame(onPaint);
    };
    requestAnimationFrame(onPaint);
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

/** The longest time between two of them, ms. */
function longestPause(times: readonly number[]): number {
  return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at)));
}

/** Nobody saw a break, nor was told anything: no picture stood still for longer than before anything happened, but for what the pages stuttered by themselves. */
async function expectNoBreak(pages: readonly Page[], calm: readonly Seen[]): Promise<void> {
  const seen = await Promise.all(pages.map(seenBy));
  const bearableMs =
    noBreakMs +
    Math.max(...calm.map(({ framesAt }) => longestPause(framesAt))) +
    Math.max(...seen.map(({ paintedAt }) => longestPause(paintedAt)));
  for (const { framesAt, notices } of seen) {
    expect(longestPause(framesAt)).toBeLessThan(bearableMs);
    expect(notices).toEqual([]);
  }
}

/** Until the page has shown that many further frames. */
async function showsMore(page: Page, frames: number): Promise<void> {
  const before = (await seenBy(page)).framesAt.length;
  await page.waitForFunction(
    (count) => (Reflect.get(window, 'seen') as Seen).framesAt.length >= count,
    before + frames,
  );
}

/** What the page takes from cameras and microphones from now on. */
function capturedIn(page: Page): Promise<JSHandle<MediaStreamTrack[]>> {
  return page.evaluateHandle(() => {
    const { mediaDevices } = navigator;
    const capture = mediaDevices.getUserMedia.bind(mediaDevices);
    const tracks: MediaStreamTrack[] = [];
    mediaDevices.getUserMedia = async (constraints) => {
      const stream = await capture(constraints);
      tracks.push(...stream.getTracks());
      return stream;
    };
    return tracks;
  });
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
  await expectNoBreak([mara.page, noah.page], calm);
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

  await expectNoBreak([viewer.page], [calm]);
  const path = await viewer.path(reception?.trackId ?? '');
  expect(path).toEqual([await speaker.edgeId(), await viewer.edgeId()]);
});

async function change(path: string, body: object): Promise<void> {
  const response = await fetch(`${mesh.url}/v1/meetings/${path}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
}

test('who is brought onto the stage of a webinar speaks from where they watch, and goes back to watching', async () => {
  const meetingId = await createMeeting('webinar');
  const speaker = await attend(meetingId, 'Speaker', 'eu-central-1');
  const guest = await attend(meetingId, 'Guest', 'us-east-1', 'attendee');
  const before = await guest.self();
  const path = `${meetingId}/participants/${before.participantId}`;
  await guest.receives('video', 1);
  const camera = guest.page.getByTestId('toggle-camera');
  expect(await camera.count()).toBe(0);
  const captured = await capturedIn(guest.page);
  await watch(guest.page);
  await showsMore(guest.page, 60);
  const calm = await seenBy(guest.page);

  await change(path, { role: 'panelist' });
  await camera.click();
  const [reception] = await speaker.receives('video', 1);
  await showsMore(guest.page, 60);
  expect(await guest.self()).toMatchObject({ participantId: before.participantId, edge: { id: before.edge.id } });
  expect(reception?.participantId).toBe(before.participantId);
  await expectNoBreak([guest.page], [calm]);

  await change(path, { role: 'attendee' });
  await camera.waitFor({ state: 'detached' });
  await speaker.page.waitForFunction(() => window.canopy?.view.received.size === 0);
  await showsMore(guest.page, 30);
  await guest.leave();
  const states = () => captured.evaluate((tracks) => [...new Set(tracks.map(({ readyState }) => readyState))]);
  await expect.poll(states).toEqual(['ended']);
});

test('who is where the media may no longer be moves on, and notices nothing', async () => {
  const meetingId = await createMeeting();
  const mara = await attend(meetingId, 'Mara', 'eu-central-1');
  const noah = await attend(meetingId, 'Noah', 'us-east-1');
  const before = await Promise.all([mara.edgeId(), noah.edgeId()]);
  expect(before[0]).not.toBe(before[1]);
  await Promise.all([mara.receives('video', 1), noah.receives('video', 1)]);
  await Promise.all([watch(mara.page), watch(noah.page)]);
  await Promise.all([showsMore(mara.page, 60), showsMore(noah.page, 60)]);
  const calm = await Promise.all([seenBy(mara.page), seenBy(noah.page)]);

  await change(meetingId, { settings: { allowedRegions: ['eu-central-1', 'eu-west-1'] } });
  await noah.page.waitForFunction((from) => window.canopy?.view.self.edge.id !== from, before[1]);
  await Promise.all([showsMore(mara.page, 60), showsMore(noah.page, 60)]);
  const { edges } = await untilMesh(mesh.url, ({ links }) =>
    links.every((link) => link.meetingId !== meetingId || ![link.parent, link.child].includes(before[1])),
  );
  expect(edges.find(({ id }) => id === before[1])?.region).toBe('us-east-1');
  expect(await mara.edgeId()).toBe(before[0]);
  await expectNoBreak([mara.page, noah.page], calm);
});
