import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { projectFolder } from '../src/project.ts';
import { violations } from '../src/testing/accessibility.ts';
import { bundled } from '../src/testing/bundle.ts';
import { siteForTests } from '../src/testing/site.ts';

/** A busy machine takes its time. */
const patient = { timeout: 20_000 };

const site = siteForTests({ regions: ['eu-central-1'] });

async function newPage(): Promise<Page> {
  const context = await site.browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  onTestFinished(() => context.close());
  await context.grantPermissions(['camera', 'microphone', 'clipboard-read', 'clipboard-write']);
  return context.newPage();
}

/** In both themes, and without anything that is wider than a phone. */
async function isAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page, ...(colorScheme === 'dark' ? ['color-contrast'] : []))).toEqual([]);
  }
  await page.setViewportSize({ width: 360, height: 740 });
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Of the first picture; more than 0 once it is decoded. */
function widthOf(page: Page): Promise<number> {
  return page.evaluate('document.querySelector("video")?.videoWidth ?? 0');
}

async function joinAs(page: Page, name: string, { camera = false } = {}): Promise<void> {
  await page.getByTestId('join-name').fill(name);
  // Encoding a picture is most of the work.
  if (!camera) await page.getByTestId('toggle-camera').click();
  await page.getByTestId('join-button').click();
}

test('a webinar with a password and a lobby is begun; who has a link comes in as what it says, until it is taken back', async () => {
  const host = await newPage();
  await host.goto(site.url);
  await host.getByText('Webinar', { exact: true }).click();
  await host.getByTestId('more-options').click();
  await host.getByTestId('option-password').fill('open sesame');
  await host.getByTestId('option-capacity').fill('20');
  await host.getByTestId('option-lobby').selectOption('guests');
  await isAccessible(host);
  await host.getByTestId('create-meeting').click();
  await joinAs(host, 'Mara Lindqvist');
  await host.getByTestId('participant-count').waitFor();

  await host.getByTestId('invite').click();
  const links = host.getByTestId('links').getByRole('listitem');
  await expect.poll(() => links.count(), patient).toBe(4);
  await host.getByTestId('password-too').waitFor();
  await isAccessible(host);
  const row = host.getByTestId('link-panelist');
  await row.getByText('Speaker', { exact: true }).waitFor();
  await row.getByRole('button').click();
  const link = (await row.getAttribute('data-url')) ?? '';
  await expect.poll(() => host.evaluate('navigator.clipboard.readText()')).toBe(link);
  await host.keyboard.press('Escape');
  await expect.poll(() => host.getByTestId('toggle-breakouts').count()).toBe(0);

  const speaker = await newPage();
  await speaker.goto(link);
  await speaker.getByTestId('join-password').fill('open sesame');
  await joinAs(speaker, 'Noah Okafor');
  await speaker.getByTestId('waiting').waitFor();
  await host.getByTestId('show-lobby').click();
  await host.getByTestId('admit').click();
  await speaker.getByTestId('toggle-camera').waitFor();
  // Off the stage and back, by who is host in the meeting.
  const stage = host.getByTestId('change-stage');
  await expect.poll(() => stage.textContent(), patient).toBe('To audience');
  await stage.click();
  await speaker.getByTestId('toggle-camera').waitFor({ state: 'detached' });
  await expect.poll(() => stage.textContent(), patient).toBe('Bring on stage');
  await stage.click();
  // Nothing says "on" that is not.
  for (const device of ['toggle-camera', 'toggle-microphone'])
    await expect.poll(() => speaker.getByTestId(device).getAttribute('data-on')).toBe('false');

  await host.getByTestId('invite').click();
  await host.getByTestId('revoke-links').click();
  await expect.poll(() => host.getByTestId('link-panelist').getAttribute('data-url'), patient).not.toBe(link);
  const late = await newPage();
  await late.goto(link);
  const refusal = late.getByTestId('error-message');
  await refusal.waitFor();
  await expect.poll(() => refusal.getAttribute('data-code')).toBe('TOKEN_INVALID');
  await expect.poll(() => speaker.getByTestId('participant-count').isVisible()).toBe(true);
});

test('nobody is sent to an audience that a plain meeting does not have', async () => {
  const { id } = await site.api.createMeeting({ title: 'Plain' });
  const host = await newPage();
  await host.goto(`${site.url}/m/${id}?role=host`);
  await joinAs(host, 'Mara');
  await host.getByTestId('toggle-breakouts').waitFor();
  // Whoever is shown large without anybody beside has all the room.
  await host.keyboard.press('l');
  const middleOf = async (testId: string) => {
    const box = await host.getByTestId(testId).boundingBox();
    return Math.round((box?.x ?? 0) + (box?.width ?? 0) / 2);
  };
  await host.getByTestId('speaker-view').waitFor();
  const offCentre = async () => (await middleOf('tile')) - (await middleOf('speaker-view'));
  await expect.poll(offCentre, patient).toBe(0);
  await host.keyboard.press('l');
  // Who is alone is offered the links, which stay when somebody comes.
  await host.getByTestId('invite-others').click();
  await host.getByTestId('link-panelist').getByText('Participant', { exact: true }).waitFor();
  expect(await host.getByTestId('meeting-id').inputValue()).toBe(id);
  await expect.poll(() => host.getByTestId('password-too').count()).toBe(0);
  const guest = await newPage();
  await guest.goto(`${site.url}/m/${id}?role=panelist`);
  await joinAs(guest, 'Noah', { camera: true });
  await host.getByTestId('alone').waitFor({ state: 'detached' });
  await host.getByTestId('links').waitFor();
  await host.keyboard.press('Escape');
  const count = host.getByTestId('participant-count');
  await expect.poll(() => count.textContent(), patient).toBe('2');
  await count.click();
  await expect.poll(() => host.getByTestId('people').getByRole('listitem').count(), patient).toBe(2);
  await expect.poll(() => host.getByTestId('change-stage').count()).toBe(0);

  const opened = host.waitForEvent('popup');
  await host.getByTestId('small-window').click();
  const small = await opened;
  await small.getByText('Noah', { exact: true }).waitFor();
  await expect.poll(() => widthOf(small), patient).toBeGreaterThan(0);
  await expect.poll(() => small.getByRole('timer').textContent()).toMatch(/^\d+:\d\d$/);
  await small.getByTestId('small-mute').click();
  await expect.poll(() => host.getByTestId('toggle-microphone').getAttribute('data-on'), patient).toBe('false');
  await host.getByTestId('small-window').click();
  await expect.poll(() => small.isClosed(), patient).toBe(true);
});

test('the quickstart of the SDK is a meeting', async () => {
  const script = await bundled(join(projectFolder, 'client', 'examples', 'quickstart.ts'));
  const open = async (hash: string) => {
    const page = await newPage();
    await page.route('**/quickstart.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
    // Any page of the server will do; one that a test makes up would count as foreign to it.
    await page.goto(`${site.url}/v1/config${hash}`);
    await page.addScriptTag({ url: '/quickstart.js', type: 'module' });
    return page;
  };
  const first = await open('');
  await first.waitForURL(/#.+/);
  const second = await open(new URL(first.url()).hash);
  for (const page of [first, second]) {
    await page.locator('audio').waitFor({ state: 'attached' });
    await expect.poll(() => widthOf(page), patient).toBeGreaterThan(0);
  }
});
