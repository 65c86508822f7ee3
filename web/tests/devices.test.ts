import { switchOnIfTooSlow } from '@canopy/local-mesh/testing/checkered-camera';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { pagesOfApp } from './support/pages.ts';
import { plugDevices } from './support/plugs.ts';

/** A busy machine takes its time. */
const patient = { timeout: 10_000 };
/** The more so without a graphics card. */
const blurring = { timeout: 30_000 };

const flags = ['--use-fake-device-for-media-stream=fps=5,device-count=2'];
const { open } = pagesOfApp({ flags });

/** The camera check of a meeting, in a browser that remembers nothing yet. `script` runs in the page before its own. */
async function openPrejoin(script: () => void = () => {}): Promise<Page> {
  const page = await open('/m/design-review', {}, {}, script);
  await page.getByLabel('Your camera', { exact: true }).waitFor();
  return page;
}

const kinds = ['Camera', 'Microphone', 'Speaker'] as const;
type Kind = (typeof kinds)[number];

const choiceOf = (page: Page, kind: Kind) => page.getByLabel(kind, { exact: true });
const chosen = (page: Page, kind: Kind) => choiceOf(page, kind).locator('option:checked').textContent();
const offered = (page: Page, kind: Kind) => choiceOf(page, kind).locator('option').allTextContents();

test('the meter moves with what the microphone hears, and rests while it is off', async () => {
  const page = await openPrejoin();
  const litBars = () =>
    page
      .getByTestId('microphone-meter')
      .locator('span')
      .evaluateAll((bars) => bars.filter((bar) => Number(getComputedStyle(bar).opacity) > 0.9).length);
  // Chromium’s fake microphone beeps once a second.
  for (let beep = 0; beep < 2; beep += 1) {
    await expect.poll(litBars, { ...patient, interval: 20 }).toBeGreaterThan(2);
    await expect.poll(litBars, { ...patient, interval: 20 }).toBe(0);
  }
  await page.getByTestId('toggle-microphone').click();
  const level = () => page.getByTestId('microphone-meter').evaluate((meter) => meter.style.getPropertyValue('--level'));
  await expect.poll(level, patient).toBe('');
});

test('the speaker test is heard where one chose to hear', async () => {
  const page = await openPrejoin(keepPlayed);
  const names = (await offered(page, 'Speaker')).slice(1);
  expect(names.length).toBeGreaterThan(1);
  await choiceOf(page, 'Speaker').selectOption({ label: names.at(-1) ?? '' });
  await page.getByTestId('test-speaker').click();
  const heard = () =>
    page.evaluate(async () => {
      const [element] = window.played;
      const stream = element?.srcObject;
      if (element === undefined || !(stream instanceof MediaStream)) return undefined;
      const devices = await navigator.mediaDevices.enumerateDevices();
      const { label } = devices.find(({ deviceId }) => deviceId === element.sinkId) ?? {};
      return { speaker: label, plays: !element.paused && element.currentTime > 0, tones: stream.active };
    });
  await expect.poll(heard, patient).toEqual({ speaker: names.at(-1), plays: true, tones: true });
});

test('what was chosen is chosen again after a reload', async () => {
  const page = await openPrejoin();
  for (const kind of kinds) {
    const last = (await offered(page, kind)).filter((name) => !/off|No camera/i.test(name)).at(-1) ?? '';
    await expect.poll(() => chosen(page, kind)).not.toBe(last);
    await choiceOf(page, kind).selectOption({ label: last });
  }
  await expect.poll(() => chosen(page, 'Camera'), patient).toBe('fake_device_1');
  const before = await Promise.all(kinds.map((kind) => chosen(page, kind)));
  await page.reload();
  await page.getByLabel('Your camera', { exact: true }).waitFor();
  await expect.poll(() => Promise.all(kinds.map((kind) => chosen(page, kind))), patient).toEqual(before);
});

test('a camera that is unplugged makes way for another one, which is said, and is offered when it is back', async () => {
  const page = await openPrejoin(plugDevices);
  await choiceOf(page, 'Camera').selectOption({ label: 'fake_device_1' });
  await expect.poll(() => chosen(page, 'Camera'), patient).toBe('fake_device_1');
  // It is open.
  await page.getByLabel('Your camera', { exact: true }).waitFor();
  await page.evaluate(() => window.plugs.pull('fake_device_1'));
  await page.getByText('Camera was unplugged. Another one is used now.').waitFor();
  await expect.poll(() => chosen(page, 'Camera'), patient).toBe('fake_device_0');
  await expect.poll(() => offered(page, 'Camera')).toEqual(['fake_device_0', 'No camera']);
  await page.getByLabel('Your camera', { exact: true }).waitFor();

  await page.evaluate(() => window.plugs.put('fake_device_1'));
  await expect.poll(() => offered(page, 'Camera'), patient).toEqual(['fake_device_0', 'fake_device_1', 'No camera']);
  // Nobody is filmed by another camera because it was plugged in.
  expect(await chosen(page, 'Camera')).toBe('fake_device_0');
});

test('the last camera that is unplugged leaves none, which is said, and the next one can be switched on', async () => {
  const page = await openPrejoin(plugDevices);
  await page.evaluate(() => window.plugs.pull('fake_device_1'));
  await expect.poll(() => offered(page, 'Camera'), patient).toEqual(['fake_device_0', 'No camera']);
  await page.evaluate(() => window.plugs.pull('fake_device_0'));
  await page.getByText('The camera was disconnected.').waitFor();
  await page.getByText('Your camera is off').waitFor();

  await page.evaluate(() => window.plugs.put('fake_device_1'));
  await page.getByTestId('toggle-camera').click();
  await expect.poll(() => chosen(page, 'Camera'), patient).toBe('fake_device_1');
  await page.getByLabel('Your camera', { exact: true }).waitFor();
});

test('a speaker that is unplugged makes way for the one that the system prefers', async () => {
  const page = await openPrejoin(plugDevices);
  const last = (await offered(page, 'Speaker')).at(-1) ?? '';
  await choiceOf(page, 'Speaker').selectOption({ label: last });
  await page.evaluate((label) => window.plugs.pull(label), last);
  await expect.poll(() => choiceOf(page, 'Speaker').inputValue(), patient).toBe('');
  await expect.poll(() => offered(page, 'Speaker')).not.toContain(last);
});

test('a background that is blurred stays so when the camera is off for a while, or the page is loaded again', async () => {
  const page = await openPrejoin(blurBackgrounds);
  const shown = () => page.getByLabel('Your camera', { exact: true }).evaluate(isBlurred);
  const blur = page.getByLabel('Blur my background');
  expect(await shown()).toBe(false);
  await blur.check();
  await expect.poll(shown).toBe(true);
  await page.getByTestId('toggle-camera').click();
  await page.getByText('Your camera is off').waitFor();
  await page.getByTestId('toggle-camera').click();
  expect(await shown()).toBe(true);
  await page.reload();
  expect(await shown()).toBe(true);

  // Not even for a moment is there a room to be seen that was not to be.
  await page.evaluate(() => Reflect.set(window, 'refusesBlur', true));
  await page.route('**/*.tflite', (route) => route.abort());
  await page.getByTestId('toggle-camera').click();
  await page.getByText('Your camera is off').waitFor();
  await page.getByTestId('toggle-camera').click();
  await page.getByText('Your background can’t be blurred, so the camera stays off.').waitFor();
  await page.getByText('Your camera is off').waitFor();
  await blur.uncheck();
  await page.getByTestId('toggle-camera').click();
  expect(await shown()).toBe(false);

  await page.unroute('**/*.tflite');
  // It is open, or is to be opened: the filter does what the camera refuses.
  for (const choose of [() => blur.check(), () => switchOffAndOn(page)]) {
    await choose();
    await expect.poll(() => isFiltered(page), blurring).toBe(true);
  }
  await blur.uncheck();
  await expect.poll(() => page.workers().length, patient).toBe(0);
  expect(await shown()).toBe(false);
});

/** Whether the app shows a picture that it blurs itself. */
async function isFiltered(page: Page): Promise<boolean> {
  await switchOnIfTooSlow(page);
  return page.workers().length === 1 && (await page.getByLabel('Your camera', { exact: true }).isVisible());
}

async function switchOffAndOn(page: Page): Promise<void> {
  await page.getByTestId('toggle-camera').click();
  await page.getByText('Your camera is off').waitFor();
  await page.getByTestId('toggle-camera').click();
}

test('a camera that goes on blurring says so', async () => {
  const page = await openPrejoin(blurBackgrounds);
  const blur = page.getByLabel('Blur my background');
  await blur.check();
  await expect.poll(() => page.getByLabel('Your camera', { exact: true }).evaluate(isBlurred)).toBe(true);
  await page.evaluate(() => Reflect.set(window, 'refusesBlur', true));
  await blur.click();
  await page.getByText('The camera would not change.').waitFor();
  expect(await blur.isChecked()).toBe(true);
});

/** Runs in the page, before its own scripts: its cameras can blur, which Chromium's fake ones can't, until `refusesBlur` is set. */
function blurBackgrounds(): void {
  const { prototype } = MediaStreamTrack;
  const before = Object.getOwnPropertyDescriptors(prototype);
  const blurred = new WeakSet<MediaStreamTrack>();
  prototype.getCapabilities = function () {
    const own = before.getCapabilities.value?.call(this) ?? {};
    // Not what the app makes of a camera's pictures.
    return 'writable' in this ? own : { ...own, backgroundBlur: [false, true] };
  };
  prototype.getSettings = function () {
    return { ...before.getSettings.value?.call(this), backgroundBlur: blurred.has(this) };
  };
  prototype.applyConstraints = async function (constraints = {}) {
    if ('refusesBlur' in window) throw new OverconstrainedError('backgroundBlur');
    if (Reflect.get(constraints, 'backgroundBlur') === true) blurred.add(this);
    else blurred.delete(this);
  };
}

/** Runs in the page. The element has its picture a moment after it is there. */
async function isBlurred(video: Element): Promise<boolean> {
  while (!(video instanceof HTMLVideoElement && video.srcObject instanceof MediaStream))
    await new Promise(requestAnimationFrame);
  return video.srcObject.getTracks().every((track) => Reflect.get(track.getSettings(), 'backgroundBlur') === true);
}

/** Runs in the page, before its own scripts: whatever plays sound without being part of the page is kept. */
function keepPlayed(): void {
  const { prototype } = HTMLMediaElement;
  const before = Object.getOwnPropertyDescriptor(prototype, 'play');
  window.played = [];
  prototype.play = function (this: HTMLMediaElement): Promise<void> {
    if (!this.isConnected) window.played.push(this);
    return before?.value.call(this);
  };
}

declare global {
  interface Window {
    played: HTMLMediaElement[];
  }
}
