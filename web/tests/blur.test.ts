import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  brightnessOf,
  filmCheckers,
  sharpnessOf,
  switchOnIfTooSlow,
} from '@canopy/local-mesh/testing/checkered-camera';
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { pagesOfApp } from './support/pages.ts';

/** A busy machine takes its time, and to blur takes more of it without a graphics card. */
const patient = { timeout: 30_000 };
const sharp = expect.toSatisfy((sharpness: number) => sharpness > 12);
const blurred = expect.toSatisfy((sharpness: number) => sharpness > 0 && sharpness < 4);

const folder = mkdtempSync(join(tmpdir(), 'canopy-blur-'));
const file = join(folder, 'checkers.y4m');
filmCheckers(file, { width: 320, height: 180 });
const { open } = pagesOfApp({ flags: [`--use-file-for-fake-video-capture=${file}`] });

afterAll(() => rmSync(folder, { recursive: true }));

/** The camera check of a meeting. */
async function openPrejoin(): Promise<Page> {
  const page = await open('/m/design-review', {}, {}, keepCameras);
  await pictureOf(page).waitFor();
  return page;
}

const pictureOf = (page: Page) => page.getByLabel('Your camera', { exact: true });
const blurOf = (page: Page) => page.getByLabel('Blur my background');
const shown = async (page: Page) => {
  await switchOnIfTooSlow(page);
  return (await pictureOf(page).count()) > 0 ? pictureOf(page).evaluate(sharpnessOf) : 0;
};
/** How many workers run, and how many cameras film. */
const running = async (page: Page) => ({
  workers: page.workers().length,
  cameras: await page.evaluate(() => window.cameras.filter(({ readyState }) => readyState === 'live').length),
});

for (const { way, script } of [
  { way: 'frame by frame', script: () => {} },
  { way: 'over a canvas, as in browsers without streams of frames', script: withoutFrameStreams },
]) {
  test(`a background is blurred where the camera can’t, ${way}, and nothing of that is left afterwards`, async () => {
    const page = await openPrejoin();
    await page.addInitScript(script);
    await page.reload();
    await expect.poll(() => shown(page), patient).toEqual(sharp);
    expect(await running(page)).toEqual({ workers: 0, cameras: 1 });
    await blurOf(page).check();
    await expect.poll(() => shown(page), patient).toEqual(blurred);
    await expect.poll(() => running(page)).toEqual({ workers: 1, cameras: 1 });

    await page.reload();
    await expect.poll(() => shown(page), patient).toEqual(blurred);
    await page.getByTestId('toggle-camera').click();
    await page.getByText('Your camera is off').waitFor();
    await expect.poll(() => running(page)).toEqual({ workers: 0, cameras: 0 });
    await page.getByTestId('toggle-camera').click();
    await expect.poll(() => shown(page), patient).toEqual(blurred);

    await blurOf(page).uncheck();
    await expect.poll(() => shown(page), patient).toEqual(sharp);
    await expect.poll(() => running(page)).toEqual({ workers: 0, cameras: 1 });
  });
}

test('a blurred background is as bright at its edges and in its corners as in the middle', async () => {
  const page = await openPrejoin();
  await blurOf(page).check();
  await expect.poll(() => shown(page), patient).toEqual(blurred);
  const brightness = (left: number, top: number, width: number, height: number) =>
    pictureOf(page).evaluate(brightnessOf, { left, top, width, height });
  const middle = await brightness(0.4, 0.4, 0.2, 0.2);
  const edges = await Promise.all([
    brightness(0, 0.3, 0.01, 0.4),
    brightness(0.99, 0.3, 0.01, 0.4),
    brightness(0.3, 0, 0.4, 0.02),
    brightness(0.3, 0.98, 0.4, 0.02),
    brightness(0, 0, 0.02, 0.03),
  ]);
  expect(edges.map((edge) => Math.round(edge - middle))).toEqual(
    edges.map(() => expect.toSatisfy((by: number) => Math.abs(by) < 12)),
  );
});

test('people stay sharp before a background that does not', async () => {
  const page = await openPrejoin();
  await page.addInitScript({ path: join(import.meta.dirname, 'support', 'painted-camera.js') });
  await page.reload();
  const sharpness = async () => {
    await switchOnIfTooSlow(page);
    return {
      face: await pictureOf(page).evaluate(sharpnessOf, { left: 0.38, top: 0.2, width: 0.24, height: 0.45 }),
      wall: await pictureOf(page).evaluate(sharpnessOf, { left: 0.7, top: 0, width: 0.3, height: 0.6 }),
    };
  };
  await expect.poll(async () => (await sharpness()).face, patient).toBeGreaterThan(1);
  const { face, wall } = await sharpness();
  await blurOf(page).check();
  await expect.poll(sharpness, patient).toEqual({
    face: expect.toSatisfy((sharpness: number) => sharpness > 0.8 * face),
    wall: expect.toSatisfy((sharpness: number) => sharpness < 0.5 * wall),
  });
});

test('who wants their background blurred is not shown where that can’t be loaded', async () => {
  const page = await openPrejoin();
  await page.route('**/*.tflite', (route) => route.abort());
  await blurOf(page).check();
  await page.getByText('Your background can’t be blurred, so the camera stays off.').waitFor();
  await page.getByText('Your camera is off').waitFor();
  await expect.poll(() => running(page)).toEqual({ workers: 0, cameras: 0 });
  await page.unroute('**/*.tflite');
  await page.getByTestId('toggle-camera').click();
  await expect.poll(() => shown(page), patient).toEqual(blurred);
});

test('a camera that is switched off films no longer, even while what blurs is being loaded', async () => {
  const page = await openPrejoin();
  await page.route('**/*.tflite', () => {});
  const asked = page.waitForRequest('**/*.tflite');
  await blurOf(page).check();
  await asked;
  expect(await running(page)).toEqual({ workers: 1, cameras: 1 });
  await page.getByTestId('toggle-camera').click();
  await page.getByText('Your camera is off').waitFor();
  await expect.poll(() => running(page)).toEqual({ workers: 0, cameras: 0 });
});

test('a camera goes off, which is said, when what blurs is not loaded in time', async () => {
  const page = await openPrejoin();
  await page.evaluate(passTimeFaster);
  await page.route('**/*.tflite', () => {});
  await blurOf(page).check();
  await page.getByText('Your background can’t be blurred, so the camera stays off.').waitFor();
  await expect.poll(() => running(page)).toEqual({ workers: 0, cameras: 0 });
});

test('a camera goes off when no blurred picture is done in time, which is said, and can be shown without', async () => {
  const page = await openPrejoin();
  await blurOf(page).check();
  await expect.poll(() => shown(page), patient).toEqual(blurred);
  // It is stuck, as far as anybody can tell.
  await page.workers()[0]?.evaluate('close()');
  await page.getByText('This device is too slow to blur your background, so the camera is off.').waitFor();
  await page.getByText('Your camera is off').waitFor();
  await expect.poll(() => running(page)).toEqual({ workers: 0, cameras: 0 });
  await blurOf(page).uncheck();
  await page.getByTestId('toggle-camera').click();
  await expect.poll(() => shown(page), patient).toEqual(sharp);
});

/** Runs in the page, before its own scripts: cameras that were opened are kept. */
function keepCameras(): void {
  const { mediaDevices } = navigator;
  const capture = mediaDevices.getUserMedia.bind(mediaDevices);
  window.cameras = [];
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await capture(constraints);
    window.cameras.push(...stream.getVideoTracks());
    return stream;
  };
}

/** Runs in the page: what it gives half a minute for has a second. */
function passTimeFaster(): void {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => timeout(ms / 30);
}

/** Runs in the page, before its own scripts. */
function withoutFrameStreams(): void {
  Reflect.deleteProperty(window, 'MediaStreamTrackProcessor');
}

declare global {
  interface Window {
    cameras: MediaStreamTrack[];
  }
}
