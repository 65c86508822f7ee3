import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newEncryptionKey } from '@canopy/client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Mesh, startMesh } from '../src/index.ts';
import { Attendance } from '../src/testing/attendance.ts';
import { filmCheckers, sharpnessOf, switchOnIfTooSlow } from '../src/testing/checkered-camera.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { createMeeting } from '../src/testing/meetings.ts';
import { growthOf } from '../src/testing/moving-pictures.ts';

const patience = { timeout: 60_000, interval: 200 };
const sharp = expect.toSatisfy((sharpness: number) => sharpness > 10);
const blurred = expect.toSatisfy((sharpness: number) => sharpness > 0 && sharpness < 4);
const folder = mkdtempSync(join(tmpdir(), 'canopy-blur-'));
let mesh: Mesh;
let browser: Browser;

beforeAll(async () => {
  const file = join(folder, 'checkers.y4m');
  // As small as is sent in several layers.
  filmCheckers(file, { width: 640, height: 360 });
  [mesh, browser] = await Promise.all([
    startMesh({ regions: ['eu-central-1'], workers: 1 }),
    launchChromium({ flags: [`--use-file-for-fake-video-capture=${file}`] }),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
  rmSync(folder, { recursive: true });
});

/** What the others see of whoever is seen. Rejects while there is no picture, which may take a camera that is switched on again. */
const seen = ({ page }: Attendance) =>
  page
    .locator('[data-testid=tile][data-kind=remote] video')
    .first()
    .evaluate(sharpnessOf, undefined, { timeout: 2_000 });

/** The same, of somebody whose camera may have to be switched on again. */
const seenOf = async ({ page }: Attendance, viewer: Attendance) => {
  await switchOnIfTooSlow(page);
  return seen(viewer);
};

/** Changes something in the settings, which lie over all else while they are open. */
async function set({ page }: Attendance, change: (settings: Page) => Promise<unknown>): Promise<void> {
  await page.getByTestId('open-settings').click();
  await change(page);
  await page.getByTestId('close-settings').click();
}

/** The simulcast layers that a camera is sent in. */
const layersOf = ({ page }: Attendance) =>
  page.evaluate(() => {
    const senders = window.connections.flatMap((connection) => connection.getSenders());
    const cameras = senders.filter(({ track }) => track?.kind === 'video' && track.readyState === 'live');
    return cameras.map((sender) =>
      sender.getParameters().encodings.map(({ scaleResolutionDownBy }) => scaleResolutionDownBy),
    );
  });

/** Runs in the page, before its own scripts: the one camera there is stands for two. */
function asTwoCameras(): void {
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  const opened: { deviceId: string; track: MediaStreamTrack }[] = [];
  Reflect.set(window, 'cameras', opened);
  mediaDevices.getUserMedia = async (constraints) => {
    if (typeof constraints?.video !== 'object') return await open(constraints);
    const { deviceId: wanted, ...video } = constraints.video;
    const stream = await open({ video });
    const deviceId = JSON.stringify(wanted ?? '').includes('second') ? 'second' : 'first';
    for (const track of stream.getTracks()) {
      const settings = track.getSettings.bind(track);
      track.getSettings = () => ({ ...settings(), deviceId });
      opened.push({ deviceId, track });
    }
    return stream;
  };
  mediaDevices.enumerateDevices = async () =>
    ['first', 'second'].map((deviceId) => {
      const device = { deviceId, groupId: '', kind: 'videoinput' as const, label: `The ${deviceId}` };
      return { ...device, toJSON: () => device };
    });
}

/** The cameras that film. Each may have been opened again, where blurring took too long. */
const filming = async ({ page }: Attendance) => {
  await switchOnIfTooSlow(page);
  return page.evaluate(() => {
    const opened = Reflect.get(window, 'cameras') as { deviceId: string; track: MediaStreamTrack }[];
    return opened.flatMap(({ deviceId, track }) => (track.readyState === 'live' ? [deviceId] : []));
  });
};

/** Runs in the page: the camera that was opened last is unplugged. */
function unplug(): void {
  const { track } = (Reflect.get(window, 'cameras') as { track: MediaStreamTrack }[]).at(-1) ?? {};
  track?.stop();
  track?.dispatchEvent(new Event('ended'));
}

test('another camera that is chosen, or takes the place of one that is unplugged, shows nothing unblurred', async () => {
  const id = await createMeeting(mesh.url);
  const prepare = async (page: Page) => {
    await page.addInitScript(asTwoCameras);
  };
  await using filmed = await Attendance.join(browser, mesh.url, id, 'Noah', 'eu-central-1', { prepare });
  await using viewer = await Attendance.join(browser, mesh.url, id, 'Mara', 'eu-central-1', { role: 'attendee' });
  await set(filmed, (settings) => settings.getByTestId('blur').check());
  await expect.poll(() => seenOf(filmed, viewer), patience).toEqual(blurred);
  await expect.poll(() => filming(filmed), patience).toEqual(['first']);
  const decoded = async () => (await viewer.receptions()).reduce((sum, { framesDecoded }) => sum + framesDecoded, 0);
  const goesOn = async () => {
    const decodedSince = growthOf(decoded);
    const seenMeanwhile: number[] = [];
    const isOn = async () => {
      seenMeanwhile.push(await seenOf(filmed, viewer));
      return (await decodedSince()) > 5;
    };
    await expect.poll(isOn, patience).toBe(true);
    expect(Math.max(...seenMeanwhile)).toBeLessThan(4);
  };

  await set(filmed, (settings) => settings.getByRole('combobox', { name: 'Camera' }).selectOption('second'));
  await expect.poll(() => filming(filmed), patience).toEqual(['second']);
  await goesOn();
  await filmed.page.evaluate(unplug);
  await expect.poll(() => filming(filmed), patience).toEqual(['first']);
  await goesOn();
});

test('others see a blurred background for as long as one wants, in the same layers and with the same encryption', async () => {
  const id = await createMeeting(mesh.url, { settings: { endToEndEncrypted: true } });
  const encryptionKey = newEncryptionKey();
  const attend = (name: string, role: 'panelist' | 'attendee') =>
    Attendance.join(browser, mesh.url, id, name, 'eu-central-1', { role, encryptionKey });
  await using filmed = await attend('Noah', 'panelist');
  await using viewer = await attend('Mara', 'attendee');
  await expect.poll(() => seen(viewer), patience).toEqual(sharp);
  const layers = await layersOf(filmed);
  expect(layers).toEqual([[2, 1]]);

  await set(filmed, (settings) => settings.getByTestId('blur').check());
  await expect.poll(() => seenOf(filmed, viewer), patience).toEqual(blurred);
  expect(await layersOf(filmed)).toEqual(layers);

  await filmed.page.reload();
  await expect.poll(() => filmed.page.getByTestId('blur').isChecked(), patience).toBe(true);
  await filmed.page.getByTestId('join-button').click();
  await expect.poll(() => seenOf(filmed, viewer), patience).toEqual(blurred);
  expect(await layersOf(filmed)).toEqual(layers);

  await set(filmed, (settings) => settings.getByTestId('blur').uncheck());
  await expect.poll(() => seenOf(filmed, viewer), patience).toEqual(sharp);
  expect(await layersOf(filmed)).toEqual(layers);
});
