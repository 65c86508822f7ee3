import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Mesh, startMesh } from '../src/index.ts';
import { launchChromium } from '../src/testing/chromium.ts';

let mesh: Mesh;
let browser: Browser;

beforeAll(async () => {
  [mesh, browser] = await Promise.all([
    startMesh({ regions: ['eu-central-1'], workers: 1 }),
    launchChromium({ flags: ['--use-fake-device-for-media-stream=fps=5,device-count=2'] }),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
});

/** In a browser of its own, which prefers English. */
async function open(path: string): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(mesh.url + path);
  return page;
}

async function signIn(page: Page): Promise<void> {
  await page.getByTestId('account-email').fill('mara@example.org');
  await page.getByTestId('account-password').fill('a long enough password');
  await page.getByTestId('account-submit').click();
}

const inGerman = (page: Page) => page.locator('html[lang=de]').waitFor();

test('who signs in on another device finds their language, name and room, and all of it after a reload', async () => {
  const first = await open('/account');
  await first.getByTestId('account-switch').click();
  await first.getByTestId('account-name').fill('Mara Lindqvist');
  await signIn(first);
  const handle = await first.getByTestId('profile-handle').inputValue();
  await first.getByTestId('profile-language').selectOption('de');
  await first.getByTestId('profile-save').click();
  await inGerman(first);

  const guest = await open(`/r/${handle}`);
  await guest.getByText('Mara Lindqvist is not here yet').waitFor();
  const page = await open('/account');
  await signIn(page);
  await inGerman(page);
  await page.getByTestId('open-room').click();
  const name = page.getByTestId('join-name');
  await expect.poll(() => name.inputValue()).toBe('Mara Lindqvist');

  const camera = page.getByRole('combobox', { name: 'Kamera' });
  const chosen = () => camera.locator('option:checked').textContent();
  await expect.poll(chosen).toBe('fake_device_0');
  await camera.selectOption({ label: 'fake_device_1' });
  await expect.poll(chosen).toBe('fake_device_1');
  await page.reload();
  await inGerman(page);
  expect(await name.inputValue()).toBe('Mara Lindqvist');
  await expect.poll(chosen).toBe('fake_device_1');
  await page.getByTestId('join-button').click();
  await guest.getByTestId('join-name').waitFor();
});
