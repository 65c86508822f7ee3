import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newEncryptionKey } from '@canopy/client';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Mesh, startMesh } from '../src/index.ts';
import { Attendance } from '../src/testing/attendance.ts';
import { filmCheckers, sharpnessOf, switchOnIfTooSlow } from '../src/testing/checkered-camera.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { createMeeting } from '../src/testing/meetings.ts';

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

/** What the others see of whoever is seen. */
const seen = ({ page }: Attendance) =>
  page.locator('[data-testid=tile][data-kind=remote] video').first().evaluate(sharpnessOf);

/** The same, of somebody whose camera may have to be switched on again. */
const seenOf = async ({ page }: Attendance, viewer: Attendance) => {
  await switchOnIfTooSlow(page);
  return seen(viewer);
};

/** The simulcast layers that a camera is sent in. */
const layersOf = ({ page }: Attendance) =>
  page.evaluate(() => {
    const senders = window.connections.flatMap((connection) => connection.getSenders());
    const cameras = senders.filter(({ track }) => track?.kind === 'video' && track.readyState === 'live');
    return cameras.map((sender) =>
      sender.getParameters().encodings.map(({ scaleResolutionDownBy }) => scaleResolutionDownBy),
    );
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

  await filmed.page.getByTestId('open-settings').click();
  await filmed.page.getByTestId('blur').check();
  await expect.poll(() => seenOf(filmed, viewer), patience).toEqual(blurred);
  expect(await layersOf(filmed)).toEqual(layers);

  await filmed.page.reload();
  await expect.poll(() => filmed.page.getByTestId('blur').isChecked()).toBe(true);
  await filmed.page.getByTestId('join-button').click();
  await expect.poll(() => seenOf(filmed, viewer), patience).toEqual(blurred);
  expect(await layersOf(filmed)).toEqual(layers);

  await filmed.page.getByTestId('open-settings').click();
  await filmed.page.getByTestId('blur').uncheck();
  await expect.poll(() => seen(viewer), patience).toEqual(sharp);
  expect(await layersOf(filmed)).toEqual(layers);
});
