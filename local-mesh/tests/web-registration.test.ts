import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { violationsByDayAndNight } from '../src/testing/accessibility.ts';
import { siteForTests } from '../src/testing/site.ts';

/** Pages load, and the host is slow at times. */
const patient = { timeout: 20_000 };

const site = siteForTests({ regions: ['eu-central-1'] });

async function newPage(): Promise<Page> {
  const context = await site.browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB' });
  onTestFinished(() => context.close());
  return context.newPage();
}

async function isAccessible(page: Page): Promise<void> {
  expect(await violationsByDayAndNight(page)).toEqual([]);
}

async function register(page: Page, name: string): Promise<void> {
  await page.getByTestId('registration-name').fill(name);
  await page.getByTestId('registration-email').fill(`${name.toLowerCase()}@example.org`);
  await page.getByTestId('register').click();
}

test('who wants to watch a webinar registers while there are places, and comes in by a link of their own until it is cancelled', async () => {
  const host = await newPage();
  await host.goto(`${site.url}/calendar`);
  await host.getByTestId('account-switch').click();
  await host.getByTestId('account-name').fill('Mara Lindqvist');
  await host.getByTestId('account-email').fill('mara@example.org');
  await host.getByTestId('account-password').fill('a long enough password');
  await host.keyboard.press('Enter');
  await host.getByTestId('schedule').click();
  await host.getByTestId('schedule-title').fill('Launch');
  await host.getByTestId('schedule-mode').selectOption('webinar');
  await host.getByTestId('schedule-repeat').selectOption('weekly');
  // The first is the last.
  await host.getByTestId('schedule-until').fill(await host.getByTestId('schedule-date').inputValue());
  await host.getByTestId('more-options').click();
  await host.getByTestId('option-capacity').fill('20');
  await host.getByTestId('option-registration').check();
  await host.getByTestId('option-registration-limit').fill('1');
  await host.getByTestId('option-chat').selectOption('The stage only');
  await isAccessible(host);
  await host.getByTestId('schedule-save').click();
  const entry = host.getByTestId('entry');
  const registrations = entry.getByTestId('registrations');
  await expect.poll(() => registrations.textContent(), patient).toBe('Registrations: 0 of 1');
  const link = String(await entry.getByTestId('copy-link').getAttribute('data-link'));
  // Nobody is early.
  const { meetings } = await (await host.request.get(calendarOf(site.url))).json();
  const { meetingId, schedule } = meetings[0];
  expect(schedule.settings).toMatchObject({ chat: 'panelists', registration: { limit: 1 } });
  const settings = { earlyJoinMinutes: 1_440 };
  await host.request.patch(`${site.url}/v1/meetings/${meetingId}`, {
    data: { settings },
    headers: { origin: site.url },
  });

  const ben = await newPage();
  await ben.goto(link);
  await expect
    .poll(() => ben.getByTestId('registration-places').textContent(), patient)
    .toBe('Registered so far: 0 of 1');
  const facts = () => ben.getByTestId('webinar-facts').textContent();
  const before = await facts();
  expect(before).toMatch(/^It starts .*\b(UTC|GMT|[A-Z]{3,4})\b/);
  expect(before).toContain('60 minutes · Every week · Host: Mara Lindqvist');
  await isAccessible(ben);
  await register(ben, 'Ben');
  const own = String(await ben.getByTestId('own-link').getAttribute('data-link'));
  expect(own).toContain(`/m/${meetingId}#invitation=`);
  expect(await facts()).toBe(before);
  const file = String(await ben.getByRole('link', { name: 'Calendar file' }).getAttribute('href'));
  expect(decodeURIComponent(file)).toContain('SUMMARY:Launch');
  await isAccessible(ben);
  await ben.getByTestId('open-own-link').click();
  await expect.poll(() => ben.getByTestId('join-capacity').textContent(), patient).toBe('At most 20 people at a time');
  await ben.getByTestId('join-name').fill('Ben');
  await ben.getByTestId('join-button').click();
  await ben.getByTestId('participant-count').waitFor();

  const cem = await newPage();
  await cem.goto(link);
  await cem.getByTestId('registration-full').waitFor();
  await expect.poll(() => cem.getByTestId('register').count()).toBe(0);

  await registrations.click();
  await host.getByTestId('registered').getByText('ben@example.org').waitFor();
  await isAccessible(host);
  await host.getByTestId('cancel-registration').click();
  await host.getByText('Nobody has registered so far.').waitFor();
  await host.keyboard.press('Escape');
  await expect.poll(() => registrations.textContent(), patient).toBe('Registrations: 0 of 1');

  await cem.reload();
  await register(cem, 'Cem');
  await cem.getByTestId('own-link').waitFor();
  const again = await newPage();
  await again.goto(own);
  await again.getByTestId('registration-full').waitFor();
});

test('where access is open, who comes to a webinar from another browser registers, and the one it was made in hosts it', async () => {
  const host = await newPage();
  await host.goto(site.url);
  await host.getByText('Webinar', { exact: true }).click();
  await host.getByTestId('more-options').click();
  await host.getByTestId('option-registration').check();
  await host.getByTestId('create-meeting').click();
  await host.getByTestId('join-name').waitFor();

  const watcher = await newPage();
  await watcher.goto(host.url());
  await register(watcher, 'Dana');
  await watcher.getByTestId('open-own-link').click();
  await watcher.getByTestId('join-name').fill('Dana');
  await watcher.getByTestId('join-button').click();
  await watcher.getByTestId('participant-count').waitFor();
});

/** What is planned in the days around now. */
function calendarOf(url: string): string {
  const day = 86_400_000;
  const [from, to] = [-day, 2 * day].map((ms) => new Date(Date.now() + ms).toISOString());
  return `${url}/v1/schedules?from=${from}&to=${to}`;
}
