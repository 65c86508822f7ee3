import { violations, violationsByDayAndNight } from '@canopy/local-mesh/testing/accessibility';
import type { Page, Route } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { answerApi, meeting, signedInAs, signedOut } from './support/app.ts';
import { pagesOfApp } from './support/pages.ts';

const phone = { viewport: { width: 360, height: 740 } };

const pages = pagesOfApp();
const { open } = pages;

async function openPrejoin(): Promise<Page> {
  const page = await open('/m/design-review');
  await page.getByLabel('Your camera', { exact: true }).waitFor();
  return page;
}

test('the home page is accessible, by day and by night', async () => {
  const page = await open('/');
  await page.getByText('Frankfurt').waitFor();
  expect(await violationsByDayAndNight(page)).toEqual([]);
});

test('the camera check is accessible, by day and by night', async () => {
  expect(await violationsByDayAndNight(await openPrejoin())).toEqual([]);
});

test('the preview shows what the camera sees', async () => {
  const page = await openPrejoin();
  const frames = () =>
    page.evaluate(() => document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0);
  const before = await frames();
  await expect.poll(frames).toBeGreaterThan(before + 5);
});

test('the camera can be switched off, which frees it, and on again', async () => {
  const page = await openPrejoin();
  const toggle = page.getByTestId('toggle-camera');
  await toggle.click();
  await page.getByText('Your camera is off').waitFor();
  await expect.poll(() => page.getByLabel('Camera', { exact: true }).inputValue()).toBe('none');
  await page.getByLabel('Camera', { exact: true }).selectOption({ index: 0 });
  await page.getByLabel('Your camera', { exact: true }).waitFor();
  await expect.poll(() => toggle.getAttribute('data-on')).toBe('true');
});

test('while people still look at themselves, the browser gets ready to join', async () => {
  const page = await open('/');
  await page.addInitScript(() => {
    const make = RTCPeerConnection.generateCertificate.bind(RTCPeerConnection);
    RTCPeerConnection.generateCertificate = (algorithm) => {
      document.documentElement.dataset.certificates = `${Number(document.documentElement.dataset.certificates ?? 0) + 1}`;
      return make(algorithm);
    };
  });
  await page.goto(pages.urlOf('/m/design-review'));
  await page.locator('html[data-certificates="1"]').waitFor();
});

test('nobody joins without a name', async () => {
  const page = await openPrejoin();
  const join = page.getByTestId('join-button');
  await expect.poll(() => join.isDisabled()).toBe(true);
  await page.getByTestId('join-name').fill('Mara');
  await expect.poll(() => join.isDisabled()).toBe(false);
});

test('everything on the way into a meeting is reached by keyboard alone', async () => {
  const page = await openPrejoin();
  await page.getByTestId('join-from').waitFor();
  await page.getByTestId('join-name').fill('Mara');
  const reached = new Set<string>();
  for (let step = 0; step < 16; step++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => document.activeElement?.getAttribute('data-testid'));
    if (name) reached.add(name);
  }
  expect([...reached]).toEqual(
    expect.arrayContaining(['toggle-microphone', 'toggle-camera', 'join-from', 'join-button']),
  );
});

const account = { id: 'mara', name: 'Mara', handle: 'mara', email: null, language: 'en', hasPassword: true };
const paths = ['/', '/m/design-review', '/mesh', '/calendar', '/recordings', '/account', '/operators', '/reset#token'];

// In German: its words are longer.
test.each([...paths, '/m/gone', '/nowhere'])('%s fits a narrow phone without scrolling sideways', async (path) => {
  const answers = { '/v1/mesh': { status: 200, body: { edges: [], links: [] } }, ...signedOut };
  const page = await open(path, { ...phone, locale: 'de' }, answers);
  await page.locator('h1').waitFor();
  await page.waitForLoadState('networkidle');
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await expect.poll(() => page.title()).toContain('Canopy');
});

test('a field that is left empty says so, and moves no button away when that is put right', async () => {
  const page = await open('/reset#token', {}, { '/v1/account/password-reset': { status: 200, body: {} } });
  const field = page.getByTestId('reset-password');
  await page.getByTestId('reset-submit').click();
  const words = await field.evaluate((input) => input.getAttribute('aria-describedby'));
  await expect.poll(() => page.locator(`[id="${words?.split(' ').at(-1)}"]`).textContent()).not.toBe('');
  expect(await violations(page)).toEqual([]);
  await field.fill('a long enough password');
  await page.getByTestId('reset-submit').click();
  await page.getByTestId('reset-result').waitFor();
});

test('a part of the app that can not be loaded is told of, with the way out', async () => {
  const page = await open('/');
  await page.route('**/mesh-page-*.js', (route) => route.abort());
  await page.getByTestId('nav-mesh').click();
  await page.getByRole('button', { name: 'Reload the page' }).waitFor();
});

test.each([
  ['of the browser', 'de-DE', 'en'],
  ['of an account', 'en-US', 'de'],
])('where the language %s can not be loaded the app speaks English', async (_, locale, language) => {
  const context = await pages.browser.newContext({ locale });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.route('**/assets/de-*.js', (route) => route.abort());
  await answerApi(page, signedInAs({ ...account, language }));
  await page.goto(pages.urlOf('/account'));
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
});

test('what has the focus is seen where colours are forced, and what leads to a meeting hands it on', async () => {
  const made = { '/v1/meetings': { status: 201, body: meeting } };
  const page = await open('/', { forcedColors: 'active' }, made);
  const button = page.getByTestId('create-meeting');
  await button.waitFor();
  for (let step = 0; step < 30; step++) {
    await page.keyboard.press('Tab');
    if (await button.evaluate((element) => element === document.activeElement)) break;
  }
  const outline = await button.evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(outline).toBe('solid');
  await page.keyboard.press('Enter');
  await page.getByTestId('join-name').waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
});

test('where not everybody may make meetings, who is signed in may', async () => {
  const config = { openAccess: false, signUp: false, signInWith: null, clientLocation: false, regions: [] };
  const closed = { '/v1/config': { status: 200, body: config } };
  const stranger = await open('/', {}, { ...closed, ...signedOut });
  await stranger.getByTestId('sign-in-to-start').waitFor();
  await expect.poll(() => stranger.getByTestId('create-meeting').count()).toBe(0);
  const host = await open('/', {}, { ...closed, ...signedInAs(account) });
  await host.getByTestId('create-meeting').waitFor();
});

test('a link to no meeting says so in plain words, without switching the camera on', async () => {
  const page = await open(
    '/m/gone',
    {},
    {
      '/v1/meetings/gone/invitation': {
        status: 404,
        body: { error: { code: 'MEETING_NOT_FOUND', message: '', retryable: false } },
      },
    },
  );
  const message = page.getByTestId('error-message');
  await message.waitFor();
  await expect.poll(() => message.getAttribute('data-code')).toBe('MEETING_NOT_FOUND');
  expect(await page.locator('video').count()).toBe(0);
});

/** As many recordings of a meeting as there are, a hundred on each page. */
function recordings(from: number, count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `recording-${from + index}`,
    meetingId: 'design-review',
    title: 'Design review',
    status: 'stopped',
    edgeId: null,
    startedAt: new Date(Date.UTC(2027, 0, 1) - (from + index) * 3_600_000).toISOString(),
    endedAt: null,
    error: null,
    composition: { status: 'ready', progress: 1, bytes: 1_000_000, durationMs: 60_000, error: null },
    parts: [],
    gaps: [],
  }));
}

test('older recordings are shown when they are asked for, each once, and what is deleted is gone', async () => {
  const page = await open('/', {}, signedOut);
  let newest = recordings(0, 100);
  await page.route('**/v1/recordings*', (route) => {
    const older = new URL(route.request().url()).searchParams.get('cursor') === 'older';
    const body = older
      ? { recordings: recordings(100, 20), nextCursor: null }
      : { recordings: newest, nextCursor: 'older' };
    return route.fulfill({ json: body });
  });
  await page.route('**/v1/meetings/*/recordings/*', (route) => route.fulfill({ status: 204 }));
  await page.getByTestId('nav-recordings').click();
  const entries = page.getByTestId('recording');
  await expect.poll(() => entries.count(), { timeout: 10_000 }).toBe(100);
  await page.getByTestId('more-recordings').press('Enter');
  await page.getByTestId('more-recordings').waitFor({ state: 'detached' });
  expect(await entries.count()).toBe(120);
  // Another one begins, and moves the last one of the first page to the second.
  newest = [...recordings(-1, 1), ...newest.slice(0, -1)];
  await expect.poll(() => entries.count(), { timeout: 10_000 }).toBe(121);
  await entries.last().getByTestId('delete-recording').click();
  await page.getByTestId('confirm-delete').click();
  await expect.poll(() => entries.count(), { timeout: 10_000 }).toBe(120);
});

test('who is signed out is asked who they are where recordings of a meeting are', async () => {
  const refused = { status: 404, body: { error: { code: 'MEETING_NOT_FOUND', message: '', retryable: false } } };
  const answers = { ...signedOut, '/v1/meetings/design-review/recordings': refused };
  const page = await open('/m/design-review/recordings', {}, answers);
  await page.getByTestId('account-email').fill('mara@example.org');
  await page.getByTestId('account-password').fill('a long enough password');
  await answerApi(page, {
    // Who signs in is answered with the account itself.
    '/v1/account/session': { status: 200, body: { ...account, account } },
    '/v1/meetings/design-review/recordings': { status: 200, body: { recordings: recordings(0, 1) } },
  });
  await page.getByTestId('account-submit').click();
  await page.getByTestId('recording').waitFor();
});

test('who signs in or out in one tab does so in the others, and at the door of a meeting', async () => {
  const here = await open('/account', {}, signedOut);
  const [there, door] = [await here.context().newPage(), await here.context().newPage()];
  const guest = { ...signedOut, '/v1/meetings/design-review/invitation': { status: 200, body: meeting } };
  for (const [page, path] of [
    [there, '/account'],
    [door, '/m/design-review'],
  ] as const) {
    await answerApi(page, guest);
    await page.goto(pages.urlOf(path));
  }
  await here.getByTestId('account-email').waitFor();
  await door.getByTestId('join-button').waitFor();

  const host = { ...meeting, title: 'My design review' };
  const signedIn = {
    '/v1/account/session': { status: 200, body: { ...account, account } },
    '/v1/meetings/design-review/invitation': { status: 200, body: host },
  };
  for (const page of [here, there, door]) await answerApi(page, signedIn);
  await there.getByTestId('account-email').fill('mara@example.org');
  await there.getByTestId('account-password').fill('a long enough password');
  await there.getByTestId('account-submit').click();
  await expect.poll(() => here.getByTestId('profile-name').inputValue()).toBe('Mara');
  await door.getByRole('heading', { name: 'My design review' }).waitFor();

  for (const page of [here, there, door]) await answerApi(page, guest);
  await there.getByTestId('sign-out').click();
  await here.getByTestId('account-email').waitFor();
  await door.getByRole('heading', { name: 'Design review', exact: true }).waitFor();
});

test('who signs in while it is looked up who did in another tab stays signed in', async () => {
  const page = await open('/account', {}, signedOut);
  await page.getByTestId('account-email').fill('mara@example.org');
  await page.getByTestId('account-password').fill('a long enough password');
  const look = Promise.withResolvers<Route>();
  await page.route('**/v1/account/session', (route) =>
    route.request().method() === 'GET' ? look.resolve(route) : route.fulfill({ json: account }),
  );
  await page.evaluate(() => {
    localStorage.setItem('canopy.account', 'somebody');
    dispatchEvent(new StorageEvent('storage'));
  });
  const lookedUp = await look.promise;
  await page.getByTestId('account-submit').click();
  await page.getByTestId('profile-name').waitFor();
  await lookedUp.fulfill({ json: { account: null } });
  // What is asked for later is answered later.
  await page.evaluate(() => fetch('/v1/config'));
  expect(await page.getByTestId('profile-name').inputValue()).toBe('Mara');
});

test('a service that is away can be tried again', async () => {
  let asked = 0;
  const page = await open('/');
  await page.route('**/v1/meetings', (route) => {
    asked++;
    return route.fulfill({
      status: 503,
      json: { error: { code: 'STATE_UNAVAILABLE', message: '', retryable: true } },
    });
  });
  await page.getByTestId('create-meeting').click();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => asked).toBe(2);
});

test('text that is no meeting link is not followed', async () => {
  const page = await open('/');
  await page.getByLabel('Link or meeting ID').fill('hello');
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.getByText('neither a meeting link nor an ID').waitFor();
  expect(new URL(page.url()).pathname).toBe('/');
});

test('an encrypted meeting is made with a key that is in no request', async () => {
  const page = await open('/', {}, { '/v1/meetings': { status: 201, body: meeting } });
  const requests: string[] = [];
  page.on('request', (request) => requests.push(`${request.url()} ${request.postData()}`));
  await page.getByTestId('encrypt-meeting').click();
  await page.getByTestId('create-meeting').click();
  await page.getByTestId('join-name').waitFor();
  const key = new URL(page.url()).hash.slice('#key='.length);
  expect(key).toMatch(/^[\w-]{22}$/);
  expect(requests.some((request) => request.includes('"endToEndEncrypted":true'))).toBe(true);
  expect(requests.filter((request) => request.includes(key))).toEqual([]);
});

test.each(['', '#token=abc'])(
  'whoever is about to join a meeting that is being recorded is told so%s',
  async (hash) => {
    const recorded = {
      '/v1/meetings/design-review/invitation': { status: 200, body: { ...meeting, recording: true } },
    };
    const page = await open(`/m/design-review${hash}`, phone, recorded);
    await page.getByTestId('join-recorded').getByText('This meeting is being recorded').waitFor();
    expect(await violationsByDayAndNight(page)).toEqual([]);
  },
);

const encrypted = {
  '/v1/meetings/design-review/invitation': { status: 200, body: { ...meeting, endToEndEncrypted: true } },
};

test('who has no key of an encrypted meeting is asked for it', async () => {
  const page = await open('/m/design-review', {}, encrypted);
  await page.getByTestId('join-encryption-key').waitFor();
  expect(await violations(page)).toEqual([]);
});

test('a browser that can not encrypt is told so at the door of an encrypted meeting', async () => {
  const page = await open('/');
  await answerApi(page, encrypted);
  await page.addInitScript(() => Reflect.deleteProperty(window, 'RTCRtpScriptTransform'));
  await page.goto(pages.urlOf('/m/design-review#key=AAAAAAAAAAAAAAAAAAAAAA'));
  await expect.poll(() => page.getByTestId('error-message').getAttribute('data-code')).toBe('ENCRYPTION_REQUIRED');
  await page.getByTestId('join-name').fill('Mara');
  await expect.poll(() => page.getByTestId('join-button').isDisabled()).toBe(true);
});
