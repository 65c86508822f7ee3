import { Api } from '@canopy/client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Mesh, startMesh } from '../src/index.ts';
import { violations } from '../src/testing/accessibility.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { enterWithoutCamera } from '../src/testing/entering.ts';

let mesh: Mesh;
let browser: Browser;
let api: Api;

beforeAll(async () => {
  [mesh, browser] = await Promise.all([startMesh({ regions: ['eu-central-1'], workers: 1 }), launchChromium()]);
  api = new Api({ url: mesh.url });
});

afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
});

async function openAs(role: 'host' | 'attendee', meetingId: string, name: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(`${mesh.url}/m/${meetingId}?role=${role}`);
  await enterWithoutCamera(page, name);
  return page;
}

async function write(page: Page, text: string): Promise<void> {
  await page.getByTestId('chat-text').fill(text);
  await page.getByTestId('chat-text').press('Enter');
}

const messageWith = (page: Page, text: string) => page.getByTestId('message').filter({ hasText: text });

/** Chooses what to do with a message, by keyboard alone. */
async function choose(page: Page, text: string, action: string): Promise<void> {
  // An answer quotes it, and comes later.
  await messageWith(page, text).first().getByTestId('message-actions').press('Enter');
  const item = page.getByRole('menuitem', { name: action });
  await item.waitFor();
  for (let step = 0; !(await item.evaluate((element) => element === element.ownerDocument.activeElement)); step++) {
    if (step > 12) throw new Error(`${action} is not reached by keyboard`);
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
}

/** Runs in the page. */
function widthOf({ clientWidth }: Element): number {
  return clientWidth;
}

/** Runs in the page. */
function isInSight(element: Element): boolean {
  const { left, top, height } = element.getBoundingClientRect();
  return element.contains(element.ownerDocument.elementFromPoint(left + 4, top + height / 2));
}

/** Runs in the page. */
function isWhole({ scrollWidth, clientWidth }: Element): boolean {
  return scrollWidth <= clientWidth;
}

/** Runs in the page: resolves once the page knows that its end is out of sight, with how far down it is then. Who was at the end as it was resized may be taken there again. */
async function scrollToTop(log: Element): Promise<number | undefined> {
  const section = log.closest('section');
  section?.scrollTo(0, 0);
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  return section?.scrollTop;
}

/** Runs in the page: resolves when it rises over the stage, where it stays for some seconds. */
function rises(floating: Element, emoji: string): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (floating.textContent?.includes(emoji)) resolve();
    };
    look();
    new MutationObserver(look).observe(floating, { childList: true });
  });
}

test('people write, answer, react, change and delete; what was not read is known after a reload', async () => {
  const { id } = await api.createMeeting({ title: 'All hands', mode: 'webinar' });
  const host = await openAs('host', id, 'Mara Lindqvist');
  const watcher = await openAs('attendee', id, 'Noah Okafor');

  await watcher.getByTestId('toggle-chat').click();
  await write(watcher, 'Slides? <img src=x onerror=alert(1)> https://example.org/slides.');
  await host.getByTestId('unread').getByText('1', { exact: true }).waitFor();
  await host.getByTestId('toggle-chat').click();
  await messageWith(host, '<img src=x onerror=alert(1)>').waitFor();
  await expect.poll(() => host.getByTestId('unread').count()).toBe(0);
  const link = host.getByTestId('messages').getByRole('link');
  await expect.poll(() => link.getAttribute('href')).toBe('https://example.org/slides');
  await expect.poll(() => link.getAttribute('rel')).toContain('noopener');
  await expect.poll(() => host.getByTestId('messages').locator('img').count()).toBe(0);

  const widths = () => Promise.all([host, watcher].map((page) => page.getByTestId('messages').evaluate(widthOf)));
  const before = await widths();
  await choose(host, 'Slides?', 'Reply');
  // The form for it appears once the menu is gone.
  await host.getByText('You are replying to Noah Okafor').waitFor();
  await write(host, 'They come later');
  await messageWith(watcher, 'They come later').getByText('Reply to Noah Okafor').waitFor();
  expect(await widths()).toEqual(before);
  await host.locator('[data-testid=chat-text]:focus').waitFor();
  await choose(host, 'Slides? <img', 'React 👍');
  await watcher.getByRole('button', { name: '👍: 1 person' }).waitFor();
  for (const page of [host, watcher]) expect(await violations(page)).toEqual([]);

  // What is typed stays while they answer somebody, or look at something else.
  const recipient = host.getByTestId('chat-recipient');
  await recipient.selectOption('Noah Okafor');
  const noah = await recipient.inputValue();
  await host.getByTestId('chat-text').fill('Half a thought');
  await choose(host, 'Slides? <img', 'Reply');
  await expect.poll(() => host.getByTestId('chat-text').inputValue()).toBe('');
  await host.getByTestId('chat-text').press('Escape');
  await host.getByTestId('toggle-chat').click();
  await host.getByTestId('toggle-chat').click();
  await expect.poll(() => host.getByTestId('chat-text').inputValue()).toBe('Half a thought');
  expect(await recipient.inputValue()).toBe(noah);
  await recipient.selectOption('everyone');

  await choose(host, 'They come later', 'Edit');
  await host.getByText('You are changing a message').waitFor();
  await write(host, 'They come at noon');
  await messageWith(watcher, 'They come at noon').getByText('edited').waitFor();
  await choose(host, 'Slides? <img', 'Delete');
  await watcher.getByText('This message was deleted.').waitFor();

  await watcher.getByTestId('toggle-chat').click();
  await write(host, 'One');
  // One message at a time is sent.
  await messageWith(host, 'One').waitFor();
  await write(host, 'Two');
  const unread = watcher.getByTestId('unread');
  await unread.getByText('2', { exact: true }).waitFor();
  await watcher.reload();
  await enterWithoutCamera(watcher, 'Noah Okafor');
  await unread.getByText('2', { exact: true }).waitFor();

  await watcher.setViewportSize({ width: 360, height: 740 });
  await watcher.getByTestId('toggle-chat').click();
  await messageWith(watcher, 'Two').waitFor();
  await expect.poll(() => watcher.evaluate('document.documentElement.scrollWidth')).toBe(360);
  expect(await violations(watcher)).toEqual([]);
  // It stays in sight where a phone's keyboard comes, or the phone is laid on its side.
  const newest = messageWith(watcher, 'Two').getByText('Two');
  for (const size of [
    { width: 360, height: 500 },
    { width: 640, height: 400 },
  ]) {
    await watcher.setViewportSize(size);
    await expect.poll(() => newest.evaluate(isInSight), { message: `at a height of ${size.height}` }).toBe(true);
  }

  // What is too long is not cut, and it is said why it can't be sent.
  const text = watcher.getByTestId('chat-text');
  await text.fill('x'.repeat(2_001));
  await watcher.getByText('Use at most 2000 characters.').waitFor();
  expect(await watcher.getByTestId('chat-send').isDisabled()).toBe(true);
  expect((await text.inputValue()).length).toBe(2_001);
  // An emoji is one character, as the server counts it.
  await text.fill('👍🏽'.repeat(2_000));
  await watcher.getByText('2000 / 2000').waitFor();
  expect(await watcher.getByTestId('chat-send').isDisabled()).toBe(false);
  await text.fill('x'.repeat(2_001));
  expect(await violations(watcher)).toEqual([]);

  // Who reads older messages is not taken away from them.
  await host.setViewportSize({ width: 1280, height: 340 });
  await expect.poll(() => host.getByTestId('messages').evaluate(scrollToTop)).toBe(0);
  await write(watcher, 'Three');
  await messageWith(host, 'Three').waitFor();
  expect(await host.getByTestId('messages').evaluate((log) => log.closest('section')?.scrollTop)).toBe(0);
  // What came since the panel is there is read aloud, and nothing from before.
  const readAloud = watcher.locator('[data-testid=messages] [aria-live=polite]').getByTestId('message');
  await expect.poll(() => readAloud.allInnerTexts()).toEqual([expect.stringContaining('Three')]);

  // What is written from right to left is laid out so.
  await write(watcher, 'שלום (hello)');
  await expect
    .poll(() =>
      messageWith(host, 'שלום')
        .getByText('שלום')
        .evaluate((each) => each.matches(':dir(rtl)')),
    )
    .toBe(true);
});

test('hands queue for the host, who lowers them; reactions of the audience rise over the stage', async () => {
  const { id } = await api.createMeeting({ title: 'All hands', mode: 'webinar' });
  const host = await openAs('host', id, 'Mara Lindqvist');
  const name = 'Noah Okafor, Northern Branch Office';
  const watcher = await openAs('attendee', id, name);

  await watcher.getByTestId('toggle-hand').click();
  await host.getByTestId('participant-count').click();
  expect(await host.getByTestId('hands').getByText(name).evaluate(isWhole)).toBe(true);
  await host.getByText(`${name} raised a hand`).waitFor({ state: 'attached' });
  expect(await violations(host)).toEqual([]);
  await host.getByRole('button', { name: `Lower the hand of ${name}` }).click();
  await watcher.locator('[data-testid=toggle-hand][data-on=false]').waitFor();
  await expect.poll(() => host.getByTestId('hands').count()).toBe(0);

  await watcher.getByTestId('react').click();
  const risen = [host, watcher].map((page) => page.getByTestId('floating').evaluate(rises, '🎉'));
  await watcher.getByRole('button', { name: '🎉' }).click();
  await Promise.all(risen);
});
