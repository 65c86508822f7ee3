import { setTimeout as delay } from 'node:timers/promises';
import { TrackSource } from '@canopy/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Attendance, Reception } from '../../src/testing/attendance.ts';
import { filmText } from '../../src/testing/filmed-text.ts';
import { createMeeting } from '../../src/testing/meetings.ts';
import { paintScreen } from '../../src/testing/painted-screen.ts';
import { flowBps } from '../../src/testing/wan-flow.ts';
import { startWanMesh, type WanMesh } from '../../src/testing/wan-mesh.ts';
import { wanLeftOut } from '../../src/wan/left-out.ts';

const region = 'eu-central-1';
const edge = 'eu-central-1-1';

/** Two layers of it are sent, as of the screen. */
const camera = { width: 640, height: 360, frameRate: 15 };

/** Estimates of bandwidth come down, and go up, in seconds. */
const patience = { timeout: 60_000, interval: 100 };
const measuredMs = 4_000;

interface Seen {
  screen: number;
  camera: number;
}

/** What somebody sees of the only screen and the only camera, in lines or bytes. */
async function seen(person: Attendance, what: 'frameHeight' | 'bytesReceived'): Promise<Seen> {
  const receptions = await person.receptions();
  const of = (source: Reception['source']) => receptions.find((one) => one.source === source)?.[what] ?? 0;
  return { screen: of(TrackSource.SCREEN), camera: of(TrackSource.CAMERA) };
}

async function bitsPerSecond(person: Attendance): Promise<Seen> {
  const before = await seen(person, 'bytesReceived');
  await delay(measuredMs);
  const after = await seen(person, 'bytesReceived');
  const rate = (source: keyof Seen) => ((after[source] - before[source]) * 8_000) / measuredMs;
  return { screen: rate('screen'), camera: rate('camera') };
}

describe.skipIf(wanLeftOut())('to a viewer whose network is too narrow for a screen and a camera', () => {
  let net: WanMesh;

  beforeAll(async () => {
    net = await startWanMesh({ regions: [region], clients: ['office', 'cabin'], rttMs: () => 30 });
  });
  afterAll(() => net?.[Symbol.asyncDispose]());

  test('the screen comes as it is and the camera smaller, until there is room for both again', async () => {
    const meetingId = await createMeeting(net.mesh.url, { mode: 'webinar' });
    const { page: presenter } = await net.attend(meetingId, 'office', region, {
      smallCamera: false,
      prepare: async (page) => void (await page.addInitScript(filmText, camera)),
    });
    await presenter.evaluate(paintScreen);
    await presenter.getByTestId('toggle-screen').click();
    await presenter.getByTestId('share-text').click();
    const viewer = await net.attend(meetingId, 'cabin', region, { role: 'attendee' });
    await viewer.page.getByTestId('screen-view').waitFor();
    // Side by side both are wanted as large as they come.
    await viewer.page.getByTestId('toggle-layout').click();
    const lines = () => seen(viewer, 'frameHeight');
    await expect.poll(lines, patience).toEqual({ screen: 720, camera: camera.height });
    const [totalBps, wide] = await Promise.all([flowBps(net.wan, edge, 'cabin', measuredMs), bitsPerSecond(viewer)]);
    // Were the camera first, so much less would not leave the screen as it is.
    expect(wide.screen).toBeGreaterThan(wide.camera / 2);

    await net.wan.setDirection(edge, 'cabin', { rateBps: Math.round(totalBps - wide.camera / 2) });
    await expect.poll(lines, patience).toEqual({ screen: 720, camera: camera.height / 2 });
    // Its smaller layer has a fourth of the pixels.
    await expect.poll(async () => (await bitsPerSecond(viewer)).screen, patience).toBeGreaterThan(wide.screen / 2);

    await net.wan.setDirection(edge, 'cabin', { rateBps: 0 });
    await expect.poll(lines, patience).toEqual({ screen: 720, camera: camera.height });
  });
});
