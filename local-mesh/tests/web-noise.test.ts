import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Mesh, startMesh } from '../src/index.ts';
import { Attendance } from '../src/testing/attendance.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { createMeeting } from '../src/testing/meetings.ts';

const patience = { timeout: 30_000, interval: 100 };
const folder = mkdtempSync(join(tmpdir(), 'canopy-noise-'));
let mesh: Mesh;
let browser: Browser;

beforeAll(async () => {
  const file = join(folder, 'noise.wav');
  writeFileSync(file, whiteNoise());
  [mesh, browser] = await Promise.all([
    startMesh({ regions: ['eu-central-1'], workers: 1 }),
    launchChromium({
      // As browsers are: a page may process sound once somebody touched it.
      flags: [`--use-file-for-fake-audio-capture=${file}`, '--autoplay-policy=document-user-activation-required'],
    }),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
  rmSync(folder, { recursive: true });
});

/** Two seconds of it, 48 kHz, mono (http://soundfile.sapp.org/doc/WaveFormat/). */
function whiteNoise(): Buffer {
  const samples = 96_000;
  const file = Buffer.alloc(44 + 2 * samples);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + 2 * samples, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(48_000, 24);
  file.writeUInt32LE(96_000, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(2 * samples, 40);
  for (let at = 44; at < file.length; at += 2) file.writeInt16LE(Math.round((Math.random() - 0.5) * 8_000), at);
  return file;
}

/** Before the page is loaded: the browser's own filters stay off, so that all that is filtered is filtered by ours; what was asked for is noted. */
async function withoutOwnFilters(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const { mediaDevices } = navigator;
    const open = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = (constraints) => {
      if (typeof constraints?.audio !== 'object') return open(constraints);
      Reflect.set(window, 'asked', constraints.audio);
      const off = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
      return open({ audio: { ...constraints.audio, ...off } });
    };
  });
}

const asked = ({ page }: Attendance) => page.evaluate('window.asked');

/** How loud (RMS, 0 to 1) all is that arrives within half a second. */
function loudness({ page }: Attendance): Promise<number> {
  return page.evaluate(async () => {
    const read = async () => {
      const stats = [...((await window.canopy?.getStats())?.receive.values() ?? [])];
      const sounds = stats.filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio');
      const sum = (name: string) => sounds.reduce((total, each) => total + (each[name] ?? 0), 0);
      return { energy: sum('totalAudioEnergy'), seconds: sum('totalSamplesDuration') };
    };
    const before = await read();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const after = await read();
    return Math.sqrt((after.energy - before.energy) / (after.seconds - before.seconds));
  });
}

test('noise is filtered out of a microphone if one wants it, and sound goes on to flow', async () => {
  const id = await createMeeting(mesh.url);
  const attend = (name: string, prepare?: (page: Page) => Promise<void>) =>
    Attendance.join(browser, mesh.url, id, name, 'eu-central-1', {
      smallCamera: true,
      ...(prepare && { prepare }),
    });
  await using listener = await attend('Mara');
  await using noisy = await attend('Noah', withoutOwnFilters);
  await expect.poll(() => loudness(listener), patience).toBeGreaterThan(0.1);
  const raw = await loudness(listener);
  await expect.poll(() => asked(noisy)).toMatchObject({ noiseSuppression: true, echoCancellation: true });

  await noisy.page.getByTestId('open-settings').click();
  await noisy.page.getByTestId('noise-filter').check();
  // It takes the filter half a minute to know noise that never pauses, and longer where it does not get to all of it.
  await expect.poll(() => loudness(listener), { ...patience, timeout: 60_000 }).toBeLessThan(raw / 2);
  await expect.poll(() => asked(noisy)).toMatchObject({ noiseSuppression: false, echoCancellation: true });
  await listener.receives('audio', 1, await listener.receptions());

  await noisy.page.reload();
  await expect.poll(() => noisy.page.getByTestId('noise-filter').isChecked()).toBe(true);
  await noisy.page.getByTestId('join-button').click();
  await expect.poll(() => loudness(listener), patience).toBeGreaterThan(raw / 100);
  await noisy.page.getByTestId('open-settings').click();
  await noisy.page.getByTestId('noise-filter').uncheck();
  await expect.poll(() => loudness(listener), patience).toBeGreaterThan(raw / 2);
});
