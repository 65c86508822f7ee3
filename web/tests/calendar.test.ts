import { launchChromium } from '@canopy/local-mesh/testing/chromium';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { answerApi, type ServedApp, serveBuiltApp } from './support/app.ts';

let app: ServedApp;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([serveBuiltApp(), launchChromium()]);
});

afterAll(async () => {
  await browser?.close();
  await app?.[Symbol.asyncDispose]();
});

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

async function openCalendar(): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const schedules = { status: 200, body: { meetings: [weekly] } };
  await answerApi(page, { '/v1/account': { status: 200, body: account }, '/v1/schedules': schedules });
  await page.goto(new URL('/calendar', app.url).href);
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
