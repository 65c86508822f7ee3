import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { violationsByDayAndNight } from '../src/testing/accessibility.ts';
import { shoot } from '../src/testing/screenshots.ts';
import { siteForTests } from '../src/testing/site.ts';

const site = siteForTests({ regions: ['eu-central-1'] });

async function newPage(): Promise<Page> {
  const context = await site.browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
  });
  onTestFinished(() => context.close());
  return context.newPage();
}

/** In both themes, and without anything that is wider than a phone. */
async function isAccessible(page: Page): Promise<void> {
  expect(await violationsByDayAndNight(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  await page.setViewportSize({ width: 1280, height: 800 });
}

test('an encrypted weekly webinar is planned, changed and cancelled; a guest who is early is told when it starts', async () => {
  const host = await newPage();
  await host.goto(`${site.url}/calendar`);
  await host.getByTestId('account-switch').click();
  await isAccessible(host);
  await host.getByTestId('account-name').fill('Mara Lindqvist');
  await host.getByTestId('account-email').fill('mara@example.org');
  await host.getByTestId('account-password').fill('a long enough password');
  await host.keyboard.press('Enter');

  const year = new Date().getFullYear() + 1;
  await host.getByTestId('schedule').focus();
  await host.keyboard.press('Enter');
  await host.getByTestId('schedule-title').fill('All hands');
  await host.getByTestId('schedule-repeat').selectOption('weekly');
  await host.getByTestId('schedule-date').fill('2020-03-02');
  await host.getByTestId('schedule-save').click();
  await host.getByText('This is in the past.').waitFor();
  await host.locator('[data-testid=schedule-date]:focus').waitFor();
  await host.getByTestId('schedule-date').fill(`${year}-03-02`);
  await host.getByText('This is in the past.').waitFor({ state: 'detached' });
  await host.getByTestId('schedule-time').fill('10:00');
  await host.getByTestId('schedule-until').fill(`${year}-03-31`);
  await host.getByTestId('schedule-mode').selectOption('webinar');
  await host.getByTestId('encrypt-meeting').press('Space');
  await host.getByText('The key stays in this browser').waitFor();
  await isAccessible(host);
  await host.getByTestId('schedule-save').click();
  await host.getByText('The meeting is planned').waitFor();

  const march = `March ${year}`;
  const toMarch = async () => {
    while ((await host.getByTestId('month').textContent()) !== march) await host.getByTestId('next-month').click();
  };
  await toMarch();
  const entries = host.getByTestId('entry');
  await expect.poll(() => entries.count()).toBe(5);
  // Summer time begins in between: it stays at ten.
  for (const time of await entries.locator('time').allTextContents()) expect(time).toBe('10:00');
  await host.locator(`[data-day="${year}-3-1"]`).focus();
  for (const key of ['ArrowDown', 'ArrowUp', 'ArrowRight', 'Enter']) await host.keyboard.press(key);
  await expect.poll(() => entries.count()).toBe(1);
  await host.getByTestId('whole-month').click();
  await host.getByRole('button', { name: new RegExp(`2 March ${year} 10:00 All hands$`) }).waitFor();
  await isAccessible(host);
  await shoot(host, 'calendar', { fullPage: true });

  const link = await host.getByTestId('copy-link').first().getAttribute('data-link');
  const hidden = /#key=[\w-]{22}$/.exec(String(link))?.[0] ?? 'no key';
  const guest = await newPage();
  await guest.goto(String(link));
  await guest.getByTestId('not-yet').waitFor();
  expect(new URL(guest.url()).hash).toBe(hidden);
  await expect.poll(() => guest.getByRole('heading').textContent()).toBe('All hands');
  await guest.getByText(`2 March ${year} at 10:00 CET`).waitFor();
  await guest.getByText('You can come in from 09:50').waitFor();
  await isAccessible(guest);
  const file = await guest.request.get(String(await entries.first().getByRole('link').getAttribute('href')));
  expect(await file.text()).toContain('RRULE:FREQ=WEEKLY;COUNT=5');

  await entries.first().getByTestId('entry-links').click();
  await expect.poll(() => host.getByTestId('link-panelist').getAttribute('data-url')).toContain(hidden.slice(1));
  // No other program has the key.
  await expect.poll(() => host.getByTestId('whip').count()).toBe(0);
  await host.keyboard.press('Escape');
  await entries.first().getByTestId('open-meeting').click();
  await host.getByTestId('join-name').waitFor();
  await expect.poll(() => host.getByTestId('join-encryption-key').count()).toBe(0);
  await host.goBack();
  await toMarch();
  await expect.poll(() => host.getByTestId('key-elsewhere').count()).toBe(0);
  await host.evaluate('localStorage.removeItem("canopy.schedule-keys")');
  await host.reload();
  await toMarch();
  await host.getByTestId('key-elsewhere').first().waitFor();
  await expect.poll(() => host.getByTestId('copy-link').first().getAttribute('data-link')).not.toContain('#');

  await entries.first().getByTestId('edit').click();
  // It is decided once.
  await expect.poll(() => host.getByTestId('encrypt-meeting').count()).toBe(0);
  await host.getByTestId('schedule-time').fill('11:30');
  await host.getByTestId('schedule-save').click();
  await expect.poll(() => entries.first().locator('time').textContent()).toBe('11:30');
  await expect.poll(() => entries.nth(1).locator('time').textContent()).toBe('10:00');
  await guest.reload();
  await guest.getByText(`2 March ${year} at 11:30`).waitFor();

  await entries.first().getByTestId('cancel').click();
  await host.getByTestId('cancel-one').click();
  await expect.poll(() => entries.count()).toBe(4);
  await entries.first().getByTestId('cancel').click();
  await host.getByTestId('cancel-all').click();
  await host.getByText('Nothing is planned in this month.').waitFor();
  await guest.goto(String(link));
  await guest.getByText('There is no meeting to come').waitFor();
});

test('the API reference is shown from what the server has, and nothing else is asked for', async () => {
  const page = await newPage();
  const refused: string[] = [];
  const foreign: string[] = [];
  page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
  page.on('request', (request) => request.url().startsWith('http') && foreign.push(new URL(request.url()).origin));
  await page.goto(`${site.url}/docs`);
  await expect.poll(() => page.locator('#app *').count(), { timeout: 20_000 }).toBeGreaterThan(50);
  expect(refused).toEqual([]);
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  const icon = await page.request.get(new URL('/icon.svg', site.url).href);
  expect([await page.locator('link[rel=icon]').first().getAttribute('href'), icon.ok()]).toEqual(['/icon.svg', true]);
  await page.getByRole('heading', { name: 'Canopy' }).first().waitFor();
  expect(new Set(foreign)).toEqual(new Set([site.url]));
});
