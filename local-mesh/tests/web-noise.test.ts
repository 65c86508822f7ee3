import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Mesh, startMesh } from '../src/index.ts';
import { Attendance } from '../src/testing/attendance.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { createMeeting } from '../src/testing/meetings.ts';

/** To listen once takes more than four seconds, and what stood still meanwhile was not heard as it is. */
const patience = { timeout: 60_000, interval: 100 };
const folder = mkdtempSync(join(tmpdir(), 'canopy-noise-'));
let mesh: Mesh;
let browser: Browser;

beforeAll(async () => {
  const file = join(folder, 'noise.wav');
  writeFileSync(file, voiceBesideFan());
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

/** Somebody who speaks for two seconds of every four beside a fan: 48 kHz, mono (http://soundfile.sapp.org/doc/WaveFormat/). */
function voiceBesideFan(): Buffer {
  const samples = 4 * 48_000;
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
  let fan = 0;
  let phase = 0;
  for (let at = 0; at < samples; at += 1) {
    const seconds = at / 48_000;
    const pitch = 130 + 30 * Math.sin(3 * Math.PI * seconds);
    phase += (2 * Math.PI * pitch) / 48_000;
    fan += 0.05 * (Math.random() - 0.5 - fan);
    const voice = seconds < 2 ? vowel(pitch, phase) * Math.sqrt(Math.max(0, Math.sin(4 * Math.PI * seconds))) : 0;
    file.writeInt16LE(Math.round(20_000 * fan + 4_000 * voice), 44 + 2 * at);
  }
  return file;
}

/** The harmonics of a voice, the louder the nearer they are to a formant (Hz). */
function vowel(pitch: number, phase: number): number {
  const formants = [
    { at: 600, width: 120, gain: 1 },
    { at: 1_200, width: 150, gain: 0.6 },
    { at: 2_600, width: 200, gain: 0.3 },
  ];
  let sum = 0;
  for (let harmonic = 1; harmonic * pitch < 4_000; harmonic += 1) {
    const gains = formants.map(({ at, width, gain }) => gain / (1 + ((harmonic * pitch - at) / width) ** 2));
    sum += gains.reduce((total, gain) => total + gain) * Math.sin(harmonic * phase);
  }
  return sum;
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

/** How loud (RMS, 0 to 1) voice and pauses are: the loudest and the quietest quarter of a second of all that arrives within one round of the sound. */
function heard({ page }: Attendance): Promise<{ voice: number; pause: number }> {
  return page.evaluate(async () => {
    const read = async () => {
      const stats = [...((await window.canopy?.getStats())?.receive.values() ?? [])];
      const sounds = stats.filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio');
      const sum = (name: string) => sounds.reduce((total, each) => total + (each[name] ?? 0), 0);
      return { energy: sum('totalAudioEnergy'), seconds: sum('totalSamplesDuration') };
    };
    const loudness: number[] = [];
    let before = await read();
    while (loudness.length < 17) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      const after = await read();
      const seconds = after.seconds - before.seconds;
      loudness.push(seconds > 0 ? Math.sqrt(Math.max(0, after.energy - before.energy) / seconds) : 0);
      before = after;
    }
    return { voice: Math.max(...loudness), pause: Math.min(...loudness) };
  });
}

test('noise is filtered out of a microphone if one wants it, and the voice is not', async () => {
  const id = await createMeeting(mesh.url);
  const attend = (name: string, prepare?: (page: Page) => Promise<void>) =>
    Attendance.join(browser, mesh.url, id, name, 'eu-central-1', {
      smallCamera: true,
      ...(prepare && { prepare }),
    });
  await using listener = await attend('Mara');
  await using noisy = await attend('Noah', withoutOwnFilters);
  let raw = { voice: 0, pause: 0 };
  const listen = async () => {
    raw = await heard(listener);
    return raw.pause > 0.02 && raw.voice > 2 * raw.pause;
  };
  await expect.poll(listen, patience).toBe(true);
  await expect.poll(() => asked(noisy)).toMatchObject({ noiseSuppression: true, echoCancellation: true });
  const voiceWithoutNoise = {
    voice: expect.toSatisfy((voice: number) => voice > raw.voice / 5),
    pause: expect.toSatisfy((pause: number) => pause < raw.pause / 10),
  };

  await noisy.page.getByTestId('open-settings').click();
  await noisy.page.getByTestId('noise-filter').check();
  await expect.poll(() => heard(listener), patience).toEqual(voiceWithoutNoise);
  await expect.poll(() => asked(noisy)).toMatchObject({ noiseSuppression: false, echoCancellation: true });

  await noisy.page.reload();
  await expect.poll(() => noisy.page.getByTestId('noise-filter').isChecked(), patience).toBe(true);
  await noisy.page.getByTestId('join-button').click();
  await expect.poll(() => heard(listener), patience).toEqual(voiceWithoutNoise);
  await noisy.page.getByTestId('open-settings').click();
  await noisy.page.getByTestId('noise-filter').uncheck();
  await expect.poll(async () => (await heard(listener)).pause, patience).toBeGreaterThan(raw.pause / 2);
});
