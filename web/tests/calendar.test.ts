import { squareRings } from '@canopy/local-mesh/testing/focus-rings';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { signedInAs } from './support/app.ts';
import { pagesOfApp } from './support/pages.ts';
import { saidOf } from './support/said-of.ts';

const { open } = pagesOfApp();

const account = {
  id: 'mara',
  email: 'mara@example.org',
  handle: 'mara',
  name: 'Mara',
  language: null,
  hasPassword: true,
};

const weekly = {
  meetingId: 'weekly-1',
  title: 'Weekly',
  startTime: new Date().toISOString(),
  durationMinutes: 30,
  status: 'scheduled',
  meetingStatus: 'scheduled',
  overridden: false,
  schedule: {
    id: 'weekly',
    title: 'Weekly',
    mode: 'meeting',
    timeZone: 'UTC',
    start: new Date().toISOString().slice(0, 16),
    recurrence: 'FREQ=WEEKLY',
    durationMinutes: 30,
    settings: {},
    hasPassword: false,
    sequence: 0,
    status: 'active',
    links: { guest: '', host: '', calendar: '' },
  },
};

async function openCalendar(options: BrowserContextOptions = {}, entry: object = weekly): Promise<Page> {
  const schedules = { status: 200, body: { meetings: [entry] } };
  const answers = { ...signedInAs(account), '/v1/schedules': schedules };
  const page = await open('/calendar', options, answers);
  await page.getByTestId('entry').waitFor();
  return page;
}

test('a month that can not be loaded shows nothing of the month before', async () => {
  const page = await openCalendar();
  const error = { code: 'STATE_UNAVAILABLE', message: '', retryable: true };
  await page.route('**/v1/schedules?*', (route) => route.fulfill({ status: 503, json: { error } }));
  await page.getByTestId('next-month').click();
  await page.getByTestId('error-message').waitFor();
  expect(await page.getByTestId('entry').count()).toBe(0);
});

test('what is typed into a plan outlasts a click beside it, and the choice of how much of a series is meant', async () => {
  const page = await openCalendar();
  await page.getByTestId('edit').click();
  const title = page.getByTestId('schedule-title');
  await title.fill('Monthly');
  await page.getByTestId('scope').selectOption('all');
  expect(await title.inputValue()).toBe('Monthly');
  await page.mouse.click(5, 5);
  await page.getByTestId('scope').selectOption('one');
  expect(await title.inputValue()).toBe('Monthly');
});

test('what is planned for another month is shown, in that month', async () => {
  const page = await openCalendar();
  const month = page.getByTestId('month');
  const now = await month.textContent();
  await page.getByTestId('schedule').click();
  const today = new Date();
  const later = new Date(Date.UTC(today.getFullYear(), today.getMonth() + 2, 15)).toISOString().slice(0, 10);
  await page.getByTestId('schedule-date').fill(later);
  await page.getByTestId('schedule-save').click();
  await page.getByText('The meeting is planned').waitFor();
  await expect.poll(() => month.textContent()).toBe(monthOf(later));
  expect(now).not.toBe(monthOf(later));
});

test('whose clock is another one is told the zone of one meeting of a series', async () => {
  const abroad = { ...weekly, schedule: { ...weekly.schedule, timeZone: 'Europe/Kiev' } };
  const page = await openCalendar({ timezoneId: 'America/Los_Angeles' }, abroad);
  await page.getByTestId('edit').click();
  await expect.poll(() => saidOf(page.getByTestId('schedule-time'))).toBe('Time zone: Europe/Kyiv');
  await page.getByTestId('scope').selectOption('all');
  await expect.poll(() => page.getByTestId('schedule-zone').inputValue()).toBe('Europe/Kyiv');
});

test('a meeting of a series says how often that takes place', async () => {
  const page = await openCalendar();
  await page.getByTestId('entry').getByText('30 minutes · Every week').waitFor();
});

function monthOf(date: string): string {
  return new Intl.DateTimeFormat('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(date));
}

test('the ring around a day is as round as the corner of the month it is in', async () => {
  const page = await openCalendar();
  await page.keyboard.press('Tab');
  expect(await page.evaluate(squareRings)).toEqual([]);
});
