import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { meeting, signedInAs, signedOut } from './support/app.ts';
import { pagesOfApp } from './support/pages.ts';
import { saidOf } from './support/said-of.ts';

const { open, urlOf } = pagesOfApp();

const hasFocus = (field: Locator) => field.evaluate((element) => element === document.activeElement);
const refused = (code: string, status: number) => ({
  status,
  body: { error: { code, message: '', retryable: false } },
});

test('what is wrong with a field is said in the language of the app, not in that of the browser', async () => {
  const page = await open('/account', { locale: 'de' }, signedOut);
  await page.getByTestId('account-switch').click();
  const [name, email, password] = ['name', 'email', 'password'].map((each) => page.getByTestId(`account-${each}`));
  const submit = page.getByTestId('account-submit');
  if (name === undefined || email === undefined || password === undefined) throw new Error('no fields');
  await submit.click();
  await expect.poll(() => saidOf(name)).toBe('Bitte füllen Sie das aus.');
  await name.fill('Mara');
  await email.fill('mara');
  await password.fill('short');
  await submit.click();
  await expect.poll(() => saidOf(email)).toContain('Das ist keine E-Mail-Adresse.');
  await expect.poll(() => saidOf(password)).toContain('Nehmen Sie mindestens 10 Zeichen.');
});

test('what is wrong where a form is folded away opens that', async () => {
  const page = await open('/', {}, { '/v1/meetings': { status: 201, body: meeting } });
  const options = page.getByTestId('more-options');
  const capacity = page.getByTestId('option-capacity');
  await options.click();
  await capacity.fill('abc');
  await options.click();
  await capacity.waitFor({ state: 'hidden' });
  await page.getByTestId('create-meeting').click();
  await expect.poll(() => hasFocus(capacity)).toBe(true);
  await expect.poll(() => saidOf(capacity)).toBe('Enter a whole number from 1 to 100,000.');
  await capacity.fill('20');
  await page.getByTestId('create-meeting').click();
  await page.getByTestId('join-name').waitFor();
});

test('who gives a wrong password for their own account is told of nothing else', async () => {
  const account = { id: 'mara', name: 'Mara', handle: 'mara', email: null, language: 'en', hasPassword: true };
  const page = await open(
    '/account',
    {},
    {
      ...signedInAs(account),
      '/v1/account/password': refused('CREDENTIALS_WRONG', 401),
    },
  );
  await page.getByLabel('Current password').fill('some other password');
  await page.getByLabel('New password').fill('a long enough password');
  await page.keyboard.press('Enter');
  await page.getByText('That is not your password').waitFor();
  await expect.poll(() => page.getByText('email address').count()).toBe(0);
});

test('who has registered still has their link when the page is loaded again', async () => {
  const invitation = '/v1/meetings/design-review/invitation';
  const page = await open('/');
  const link = urlOf('/m/design-review#invitation=own');
  await page.route('**/v1/meetings/design-review/registrations', (route) =>
    route.fulfill({ status: 201, json: { id: 'r', url: link, calendar: null } }),
  );
  // Whoever comes without a link of their own finds all places taken by then.
  let count = 0;
  await page.route(`**${invitation}`, async (route) => {
    const known = (await route.request().headerValue('authorization'))?.endsWith(' own') === true;
    const registration = { required: !known, count, limit: 1 };
    await route.fulfill({ json: { ...meeting, mode: 'webinar', role: 'attendee', mayHost: false, registration } });
  });
  await page.goto(urlOf('/m/design-review#key=AAAAAAAAAAAAAAAAAAAAAA'));
  await page.getByTestId('registration-name').fill('Ben');
  await page.getByTestId('registration-email').fill('ben@example.org');
  await page.getByTestId('register').click();
  const own = await page.getByTestId('own-link').getAttribute('data-link');
  count = 1;
  await expect.poll(() => page.url()).toBe(own);
  expect(own).toBe(`${link}&key=AAAAAAAAAAAAAAAAAAAAAA`);
  await page.reload();
  await page.getByTestId('join-name').waitFor();
});

test('a recording says when it goes by itself, and, when it is deleted, that it is; the focus goes on from the list', async () => {
  const recordings = [3, 2, 1].map((day) => ({
    id: `recording-${day}`,
    meetingId: 'design-review',
    title: 'Design review',
    status: 'stopped',
    edgeId: null,
    startedAt: new Date(Date.UTC(2027, 0, day, 12)).toISOString(),
    endedAt: null,
    expiresAt: day === 1 ? '2027-02-01T12:00:00.000Z' : null,
    error: null,
    composition: { status: 'ready', progress: 1, bytes: 1_000_000, durationMs: 60_000, error: null },
    parts: [],
    gaps: [],
  }));
  const page = await open(
    '/recordings',
    {},
    {
      ...signedOut,
      '/v1/recordings': { status: 200, body: { recordings, nextCursor: null } },
    },
  );
  const second = page.getByTestId('recording').nth(1);
  const title = await second.getByRole('heading').textContent();
  expect(await page.getByText('Will be deleted on').allTextContents()).toEqual(['Will be deleted on Feb 1, 2027.']);
  await second.getByTestId('delete-recording').click();
  await page.route('**/v1/meetings/*/recordings/*', (route) => route.fulfill({ status: 204 }));
  await page.getByTestId('confirm-delete').press('Enter');
  await page.getByRole('status').getByText(`The recording of ${title} is deleted`).waitFor();
  await expect.poll(() => hasFocus(page.getByTestId('recordings'))).toBe(true);
});
