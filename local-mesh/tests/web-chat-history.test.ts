import type { RoleName } from '@canopy/client';
import type { Locator, Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { enterWithoutCamera } from '../src/testing/entering.ts';
import { siteForTests } from '../src/testing/site.ts';

const site = siteForTests({ regions: ['eu-central-1'], workers: 1 });

/** Somebody with the chat open. */
async function readerOf(meetingId: string, name: string, role: RoleName): Promise<Page> {
  const context = await site.browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(`${site.url}/m/${meetingId}?role=${role}`);
  await enter(page, name);
  return page;
}

async function enter(page: Page, name: string): Promise<void> {
  await enterWithoutCamera(page, name);
  await page.getByTestId('toggle-chat').click();
}

const messageWith = (page: Page, text: string) => page.getByTestId('message').filter({ hasText: text });

async function write(page: Page, text: string, to: 'everyone' | 'stage'): Promise<void> {
  await page.getByTestId('chat-recipient').selectOption(to);
  await page.getByTestId('chat-text').fill(text);
  await page.getByTestId('chat-text').press('Enter');
  await messageWith(page, text).waitFor();
}

/** A program writes so many messages, one after the other. */
async function writeMany(meetingId: string, count: number): Promise<void> {
  for (let number = 1; number <= count; number++) {
    const { status } = await fetch(`${site.url}/v1/meetings/${meetingId}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: `Number ${number}.` }),
    });
    expect(status).toBe(201);
  }
}

/** Runs in the page. */
function topOf(element: Element): number {
  return element.getBoundingClientRect().top;
}

/** Runs in the page: scrolls so far from the top, and resolves once the page knows of it. */
async function scrollTo(log: Element, top: number): Promise<void> {
  log.closest('section')?.scrollTo(0, top);
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
}

/** Asks for older messages from so far below the top; what was the oldest stays where it is, below `before`. */
async function showsOlder(page: Page, from: number, oldest: Locator, before: Locator): Promise<void> {
  // By keyboard: a pointer would first scroll to it.
  await page.getByTestId('older-messages').focus();
  await page.getByTestId('messages').evaluate(scrollTo, from);
  const top = await oldest.evaluate(topOf);
  await page.keyboard.press('Enter');
  await before.waitFor({ state: 'attached' });
  await expect.poll(async () => Math.abs((await oldest.evaluate(topOf)) - top)).toBeLessThanOrEqual(1);
}

test('older messages come a page at a time above what is read, which stays where it is', async () => {
  const { id } = await site.api.createMeeting({ title: 'All hands' });
  await writeMany(id, 120);
  const page = await readerOf(id, 'Mara Lindqvist', 'host');
  const all = page.getByTestId('message');
  await messageWith(page, 'Number 120.').waitFor();
  expect(await all.count()).toBe(50);

  await showsOlder(page, 0, messageWith(page, 'Number 71.'), messageWith(page, 'Number 70.'));
  expect(await all.count()).toBe(100);
  await showsOlder(page, 10, messageWith(page, 'Number 21.'), messageWith(page, 'Number 20.'));
  const numbers = (await all.allInnerTexts()).map((text) => Number(/Number (\d+)\./.exec(text)?.[1]));
  expect(numbers).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
  await expect.poll(() => page.getByTestId('older-messages').count()).toBe(0);

  // Who goes back to the end sees what comes.
  await page.getByTestId('messages').evaluate(scrollTo, 1e6);
  await write(page, 'And one more', 'everyone');
  await messageWith(page, 'And one more').waitFor();
});

test('what is for the stage only reaches nobody in the audience but who wrote it, now or later', async () => {
  const { id } = await site.api.createMeeting({ title: 'All hands', mode: 'webinar' });
  const host = await readerOf(id, 'Mara Lindqvist', 'host');
  const panelist = await readerOf(id, 'Ida Berg', 'panelist');
  const writer = await readerOf(id, 'Noah Okafor', 'attendee');
  const watcher = await readerOf(id, 'Ben Ito', 'attendee');

  await write(writer, 'A word to the panel', 'stage');
  await write(panelist, 'We take that later', 'stage');
  for (const page of [host, panelist])
    for (const text of ['A word to the panel', 'We take that later'])
      await messageWith(page, text).getByText('to the stage').waitFor();
  await write(host, 'Welcome, everybody', 'everyone');
  for (const page of [writer, watcher]) await messageWith(page, 'Welcome, everybody').waitFor();
  const read = async (page: Page) => (await page.getByTestId('messages').locator('p').allInnerTexts()).join(' ');
  expect(await read(writer)).not.toContain('We take that later');
  expect(await read(watcher)).toBe('Welcome, everybody');

  await watcher.reload();
  await enter(watcher, 'Ben Ito');
  await messageWith(watcher, 'Welcome, everybody').waitFor();
  expect(await read(watcher)).toBe('Welcome, everybody');
});

test('where an audience may write to the stage only, who writes to everyone is told so, and keeps the text', async () => {
  const { id } = await site.api.createMeeting({ title: 'All hands', mode: 'webinar', settings: { chat: 'panelists' } });
  const host = await readerOf(id, 'Mara Lindqvist', 'host');
  const writer = await readerOf(id, 'Noah Okafor', 'attendee');
  await writer.getByTestId('chat-recipient').selectOption('everyone');
  await writer.getByTestId('chat-text').fill('Hello, all');
  await writer.getByTestId('chat-text').press('Enter');
  await writer.getByText('The audience can’t write there').waitFor();
  await expect.poll(() => writer.getByTestId('chat-text').inputValue()).toBe('Hello, all');
  await write(writer, 'Hello, panel', 'stage');
  await messageWith(host, 'Hello, panel').waitFor();
  expect(await messageWith(host, 'Hello, all').count()).toBe(0);
});
