import { newEncryptionKey } from '@canopy/client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { FrameProcessors, type FrameRoute } from '../../client/src/e2ee/frame-processors.ts';
import { meetingSecretOf } from '../../client/src/e2ee/meeting-key.ts';
import { type Mesh, startMesh } from '../src/index.ts';
import { violations } from '../src/testing/accessibility.ts';
import { Attendance, useCamera } from '../src/testing/attendance.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { untilMesh } from '../src/testing/mesh-view.ts';
import { growthOf, paintedFrames } from '../src/testing/moving-pictures.ts';
import { shoot } from '../src/testing/screenshots.ts';
import { type TappedFrame, tapFrames, tappedFrames } from './fixtures/frame-tap.ts';

const patience = { timeout: 60_000, interval: 100 };
let mesh: Mesh;
let browser: Browser;

beforeAll(async () => {
  [mesh, browser] = await Promise.all([
    startMesh({ regions: ['eu-central-1', 'ap-southeast-2', 'ap-southeast-2'] }),
    launchChromium(),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
});

/** Somebody makes an encrypted meeting as people do; the key is in the address that they send around. */
async function createdInBrowser(): Promise<{ meetingId: string; key: string }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(mesh.url);
  await page.getByTestId('encrypt-meeting').click();
  await page.getByTestId('create-meeting').click();
  await page.getByTestId('join-name').waitFor();
  const { pathname, hash } = new URL(page.url());
  await context.close();
  return { meetingId: pathname.slice('/m/'.length), key: hash.slice('#key='.length) };
}

async function attend(
  ...[meetingId, name, region, options]: Parameters<typeof Attendance.join> extends [Browser, string, ...infer Rest]
    ? Rest
    : never
): Promise<Attendance> {
  const attendance = await Attendance.join(browser, mesh.url, meetingId, name, region, options);
  onTestFinished(() => attendance[Symbol.asyncDispose]());
  return attendance;
}

async function expectAccessible(page: Page): Promise<void> {
  expect(await violations(page)).toEqual([]);
}

/** The code behind the lock sign. */
async function codeOf(page: Page): Promise<string> {
  await page.getByTestId('encryption-sign').click();
  const code = (await page.getByTestId('encryption-code').textContent()) ?? '';
  await page.getByTestId('close-encryption').click();
  return code;
}

/** Sound that was heard so far; what can't be decrypted makes none. */
function heard({ page }: Attendance): Promise<number> {
  return page.evaluate(async () => {
    const stats = await window.canopy?.getStats();
    const sounds = [...(stats?.receive.values() ?? [])].filter(
      ({ type, kind }) => type === 'inbound-rtp' && kind === 'audio',
    );
    return sounds.reduce((sum, { totalAudioEnergy = 0 }) => sum + totalAudioEnergy, 0);
  });
}

/** Asked again and again: layers of this browser's camera, from the smallest, of which frames were encoded since it was asked before. */
function encoding({ page }: Attendance): () => Promise<number[]> {
  let before: number[] = [];
  return async () => {
    const now = await page.evaluate(async () => {
      const reports = await Promise.all(window.connections.map((connection) => connection.getStats()));
      const streams = reports.flatMap((report) => [...report.values()]);
      const sent = streams.filter(({ type, kind }) => type === 'outbound-rtp' && kind === 'video');
      return sent.sort((a, b) => (a.rid < b.rid ? -1 : 1)).map(({ framesEncoded = 0 }) => framesEncoded as number);
    });
    const layers = now.flatMap((frames, layer) => (frames > (before[layer] ?? frames) ? [layer] : []));
    before = now;
    return layers;
  };
}

/** Which layers of its camera this browser is to encode, from the smallest. */
function wanted({ page }: Attendance): Promise<boolean[]> {
  return page.evaluate(() =>
    window.connections
      .filter(({ connectionState }) => connectionState === 'connected')
      .flatMap((connection) => connection.getSenders())
      .filter(({ track }) => track?.kind === 'video')
      .flatMap((sender) => sender.getParameters().encodings.map(({ active = true }) => active)),
  );
}

async function decoded(attendance: Attendance): Promise<number> {
  return (await attendance.receptions()).reduce((sum, { framesDecoded }) => sum + framesDecoded, 0);
}

async function seesMore(page: Page): Promise<void> {
  await expect
    .poll(
      growthOf(() => paintedFrames(page)),
      patience,
    )
    .toBeGreaterThan(15);
}

/** What the right key makes of frames that an edge passed on. */
async function opened(frames: readonly TappedFrame[], key: string, meetingId: string) {
  const processors = new FrameProcessors(() => {});
  processors.setSecret(await meetingSecretOf(key, meetingId));
  const results = [];
  for (const { participantId, source, bytes } of frames) {
    const route: FrameRoute = { direction: 'receive', kind: 'video', trackId: '', participantId, source };
    const frame = { data: Uint8Array.from(bytes).buffer };
    const isOpen = await processors.for(route)(frame);
    results.push({ isOpen, bytes: [...new Uint8Array(frame.data)] });
  }
  return results;
}

test('who has the key sees and hears over two regions, also after a move; servers and other keys get nothing', async () => {
  const { meetingId, key } = await createdInBrowser();
  const withKey = { encryptionKey: key, smallCamera: true };
  const [mara, noah] = await Promise.all([
    attend(meetingId, 'Mara', 'eu-central-1', withKey),
    attend(meetingId, 'Noah', 'ap-southeast-2', withKey),
  ]);
  await Promise.all([seesMore(mara.page), seesMore(noah.page)]);
  await expect.poll(() => heard(noah), patience).toBeGreaterThan(0);
  expect(await codeOf(noah.page)).toBe(await codeOf(mara.page));

  // What an edge passes on is not what was encoded, and only the key makes that of it.
  const tap = await attend(meetingId, 'Tap', 'ap-southeast-2', {
    encryptionKey: key,
    role: 'attendee',
    prepare: tapFrames,
  });
  const frames = await tappedFrames(tap.page, 20);
  await tap.leave();
  for (const [index, { isOpen, bytes }] of (await opened(frames, key, meetingId)).entries()) {
    expect(isOpen).toBe(true);
    expect(frames[index]?.bytes.slice(0, 3)).toEqual(bytes.slice(0, 3));
    expect(frames[index]?.bytes.join()).not.toContain(bytes.slice(10, 26).join());
  }
  const others = await opened(frames, newEncryptionKey(), meetingId);
  expect(others.map(({ isOpen }) => isOpen)).toEqual(frames.map(() => false));

  // Nor does another key let anybody see or hear.
  const zoe = await attend(meetingId, 'Zoe', 'eu-central-1', { ...withKey, encryptionKey: newEncryptionKey() });
  const failure = zoe.page.getByTestId('encryption-failure').filter({ hasText: 'Mara: the camera' });
  await failure.waitFor({ timeout: 60_000 });
  await expect.poll(() => failure.getAttribute('data-reason')).toBe('other-key');
  await zoe.page.getByTestId('encryption-failure').filter({ hasText: 'Mara: the microphone' }).waitFor();
  expect([await decoded(zoe), await heard(zoe)]).toEqual([0, 0]);
  // Those who have the right one are told whose is wrong, and asked for nothing.
  const calm = mara.page.getByTestId('encryption-notice');
  await calm.getByText('What comes from Zoe can’t be decrypted').waitFor();
  expect(await calm.getByTestId('encryption-key').count()).toBe(0);
  await calm.getByRole('button', { name: 'Dismiss' }).click();
  await calm.waitFor({ state: 'detached' });
  await expectAccessible(zoe.page);
  await zoe.page.getByTestId('encryption-sign').click();
  await expectAccessible(zoe.page);
  await shoot(zoe.page, 'encryption');
  await zoe.page.getByTestId('close-encryption').click();
  await zoe.page.getByTestId('encryption-key').fill(key);
  await zoe.page.getByTestId('use-encryption-key').click();
  await seesMore(zoe.page);
  await zoe.page.getByTestId('encryption-notice').waitFor({ state: 'detached' });
  await zoe.leave();

  const drained = await noah.edgeId();
  await fetch(`${mesh.url}/v1/edges/${drained}/drain`, { method: 'POST' });
  await untilMesh(mesh.url, ({ edges }) => edges.some(({ id, sessions }) => id === drained && sessions === 0));
  await expect.poll(() => noah.edgeId(), patience).not.toBe(drained);
  await Promise.all([seesMore(mara.page), seesMore(noah.page)]);
  expect(await noah.page.getByTestId('encryption-failure').count()).toBe(0);
});

test('whoever comes back has the key that they gave last, not the one they came with', async () => {
  const { meetingId, key } = await createdInBrowser();
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  await page.goto(`${mesh.url}/m/${meetingId}?role=panelist`);
  await page.getByTestId('join-name').fill('Zoe');
  await page.getByTestId('join-encryption-key').fill(newEncryptionKey());
  await page.getByTestId('join-button').click();
  await page.getByTestId('encryption-sign').click();
  const code = page.getByTestId('encryption-code');
  const before = await code.textContent();
  await page.getByTestId('encryption-key').fill(key);
  await page.getByTestId('use-encryption-key').click();
  await expect.poll(() => code.textContent()).not.toBe(before);
  await page.getByTestId('close-encryption').click();
  await page.getByTestId('leave-button').click();
  await page.getByRole('button', { name: 'Rejoin' }).click();
  await expect.poll(() => page.getByTestId('join-encryption-key').inputValue()).toBe(key);
});

test('a camera encodes the layers that somebody needs, as long as they do, and nobody misses a picture', async () => {
  const { meetingId, key } = await createdInBrowser();
  // Two layers: who shares two cores with two browsers has no power for three.
  const prepare = async (page: Page) => {
    await page.addInitScript(useCamera, { width: 640, height: 360 });
  };
  const mara = await attend(meetingId, 'Mara', 'eu-central-1', { encryptionKey: key, prepare });
  // Afterwards: the camera is one device, and gives nobody more than it was opened with.
  const noah = await attend(meetingId, 'Noah', 'eu-central-1', { encryptionKey: key, smallCamera: true });
  const layers = encoding(mara);
  const often = { ...patience, interval: 2_000 };
  const soundOnly = async (on: boolean) => {
    await noah.page.getByTestId('open-settings').click();
    await noah.page.getByTestId('audio-only').setChecked(on);
    await noah.page.getByTestId('close-settings').click();
  };
  await seesMore(noah.page);
  await expect.poll(() => wanted(mara), patience).toEqual([true, true]);

  await soundOnly(true);
  await expect.poll(() => wanted(mara), patience).toEqual([true, false]);
  await expect.poll(layers, often).toEqual([0]);

  await soundOnly(false);
  await expect.poll(() => wanted(mara), patience).toEqual([true, true]);
  await expect.poll(layers, often).toEqual([0, 1]);
  await seesMore(noah.page);
  expect(await noah.page.getByTestId('encryption-failure').count()).toBe(0);
});
