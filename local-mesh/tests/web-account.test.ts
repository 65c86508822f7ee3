import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Mesh, startMesh } from '../src/index.ts';
import { violationsByDayAndNight } from '../src/testing/accessibility.ts';
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

async function signUp(page: Page, name: string, email: string): Promise<void> {
  await page.getByTestId('account-switch').click();
  await page.getByTestId('account-name').fill(name);
  await signIn(page, email);
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.getByTestId('account-email').fill(email);
  await page.getByTestId('account-password').fill('a long enough password');
  await page.getByTestId('account-submit').click();
}

test('pages that ask who is signed in ask nothing that is refused to who is not', async () => {
  const page = await open('/');
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  for (const path of ['/account', '/calendar']) {
    await page.goto(mesh.url + path);
    await page.getByTestId('account-email').waitFor();
  }
  expect(errors).toEqual([]);
});

const inGerman = (page: Page) => page.locator('html[lang=de]').waitFor();

test('who signs in on another device finds their language, name and room, and all of it after a reload', async () => {
  const first = await open('/account');
  await signUp(first, 'Mara Lindqvist', 'mara@example.org');
  const handle = await first.getByTestId('profile-handle').inputValue();
  await first.getByTestId('profile-language').selectOption('de');
  await first.getByTestId('profile-save').click();
  await inGerman(first);

  const guest = await open(`/r/${handle}`);
  await guest.getByText('Mara Lindqvist is not here yet').waitFor();
  const page = await open('/account');
  await signIn(page, 'mara@example.org');
  await inGerman(page);
  await page.getByTestId('open-room').click();
  const name = page.getByTestId('join-name');
  await name.waitFor();
  await expect.poll(() => name.inputValue()).toBe('Mara Lindqvist');

  const camera = page.getByRole('combobox', { name: 'Kamera' });
  const chosen = () => camera.locator('option:checked').textContent();
  await expect.poll(chosen).toBe('fake_device_0');
  await camera.selectOption({ label: 'fake_device_1' });
  await expect.poll(chosen).toBe('fake_device_1');
  await page.reload();
  await inGerman(page);
  await expect.poll(() => name.inputValue()).toBe('Mara Lindqvist');
  await expect.poll(chosen).toBe('fake_device_1');
  await page.getByTestId('join-button').click();
  await guest.getByTestId('join-name').waitFor();
});

interface Told {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A program that is told something: it answers with a failure until it is repaired, and then takes everything. */
async function program(): Promise<{ url: string; told: Told[]; repair: () => void }> {
  const told: Told[] = [];
  let status = 500;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      told.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  const repair = () => {
    status = 204;
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the program listens nowhere');
  return { url: `http://127.0.0.1:${address.port}/canopy`, told, repair };
}

/** As Standard Webhooks signs it. */
function signature(secret: string, { headers, body }: Told): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.');
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

test('a program of one’s own is told what happens, and the account shows what became of that', async () => {
  const { url, told, repair } = await program();
  const page = await open('/account');
  await signUp(page, 'Noah Okafor', 'noah@example.org');
  await page.getByTestId('webhook-url').fill(url);
  await page.getByTestId('webhook-events').press('Enter');
  await page.getByTestId('webhook-event-meeting.scheduled').press('Space');
  await page.getByTestId('webhook-add').press('Enter');
  const secret = await page.getByTestId('webhook-secret').inputValue();
  const latest = page.getByTestId('webhook-latest');
  await latest.and(page.locator('[data-status=none]')).waitFor();
  expect(await violationsByDayAndNight(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(360);

  await page.evaluate(`fetch('/v1/schedules', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ timeZone: 'UTC', start: '2037-01-01T10:00' }),
  })`);
  await expect.poll(() => told.length, { timeout: 20_000 }).toBeGreaterThan(0);
  const shown = async () => {
    await page.getByTestId('webhooks-refresh').click();
    return latest.textContent();
  };
  await expect
    .poll(shown, { timeout: 20_000, interval: 200 })
    .toMatch(/^meeting\.scheduled was not delivered .*HTTP 500.*Next attempt/);
  repair();
  const failed = told.length;
  await page.getByTestId('webhook-again').press('Enter');
  await expect.poll(() => told.length, { timeout: 20_000 }).toBeGreaterThan(failed);
  for (const each of told) expect(each.headers['webhook-signature']).toBe(signature(secret, each));
  await expect.poll(shown, { timeout: 20_000, interval: 200 }).toMatch(/^meeting\.scheduled was delivered/);

  await page.reload();
  await latest.waitFor();
  await expect.poll(() => page.getByTestId('webhook-secret').count()).toBe(0);
  await page.getByTestId('webhook-remove').press('Enter');
  await page.getByTestId('confirm-webhook-removal').press('Enter');
  await page.getByTestId('webhook').waitFor({ state: 'detached' });
  expect(await page.evaluate(`fetch('/v1/webhooks').then((answer) => answer.json())`)).toEqual({ webhooks: [] });
});
