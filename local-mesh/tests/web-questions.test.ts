import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { violations } from '../src/testing/accessibility.ts';
import { shoot } from '../src/testing/screenshots.ts';
import { siteForTests } from '../src/testing/site.ts';

const site = siteForTests({ regions: ['eu-central-1'], workers: 1 });

async function openAs(role: 'host' | 'attendee', meetingId: string, name: string, width = 1280): Promise<Page> {
  const context = await site.browser.newContext({ viewport: { width, height: 800 }, reducedMotion: 'reduce' });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(`${site.url}/m/${meetingId}?role=${role}`);
  await page.getByTestId('join-name').fill(name);
  // What it shows is not the point here, and encoding it is most of the work.
  const camera = page.getByTestId('toggle-camera');
  if ((await camera.count()) > 0) await camera.click();
  await page.getByTestId('join-button').click();
  await page.getByTestId('participant-count').waitFor();
  return page;
}

async function ask(page: Page, text: string): Promise<void> {
  await page.getByTestId('question-text').fill(text);
  await page.getByTestId('question-text').press('Enter');
  await question(page, text).waitFor();
}

const question = (page: Page, text: string) => page.getByTestId('question').filter({ hasText: text });

/** Chooses what to do with a question, by keyboard alone. */
async function choose(page: Page, text: string, action: string): Promise<void> {
  await question(page, text).getByTestId('question-actions').press('Enter');
  const item = page.getByRole('menuitem', { name: action });
  await item.waitFor();
  for (let step = 0; !(await item.evaluate((element) => element === element.ownerDocument.activeElement)); step++) {
    if (step > 8) throw new Error(`${action} is not reached by keyboard`);
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
}

const fits = (page: Page) => expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(360);

test('an audience asks and votes, the stage answers and dismisses; a host asks by poll and shares what came of it', async () => {
  const { id } = await site.api.createMeeting({ title: 'All hands', mode: 'webinar' });
  const host = await openAs('host', id, 'Mara Lindqvist');
  const watcher = await openAs('attendee', id, 'Noah Okafor', 360);

  await watcher.getByTestId('toggle-questions').click();
  await ask(watcher, 'Will there be slides? <img src=x onerror=alert(1)>');
  await ask(watcher, 'When is lunch?');
  await host.getByTestId('unread-questions').getByText('2', { exact: true }).waitFor();
  await host.getByTestId('toggle-questions').click();
  await expect.poll(() => host.getByTestId('questions').locator('img').count()).toBe(0);
  await expect.poll(() => host.getByTestId('unread-questions').count()).toBe(0);

  const order = async () =>
    (await host.getByTestId('question').allTextContents()).map((text) => text.includes('lunch'));
  await expect.poll(order).toEqual([false, true]);
  await question(watcher, 'lunch').getByTestId('vote').press('Space');
  await question(host, 'lunch').getByTestId('votes').getByText('1', { exact: true }).waitFor();
  await expect.poll(order).toEqual([true, false]);

  await watcher.getByTestId('toggle-questions').click();
  await choose(host, 'slides', 'Answer in text');
  await host.getByTestId('answer-text').fill('They are online by tonight.');
  await host.getByTestId('answer-text').press('Enter');
  // Whoever asked hears of it, wherever they look.
  const answered = watcher.getByRole('status').getByText('Your question was answered: Will there be slides?');
  await answered.waitFor({ state: 'attached' });
  await expect.poll(() => watcher.getByTestId('unread-questions').textContent()).toBe('1');
  await watcher.getByTestId('toggle-questions').click();
  await expect.poll(() => watcher.getByTestId('unread-questions').count()).toBe(0);
  await watcher.getByText('They are online by tonight.').waitFor();
  await choose(host, 'lunch', 'Answer aloud now');
  await watcher.getByText('Mara Lindqvist answers now').waitFor();
  for (const page of [host, watcher]) expect(await violations(page)).toEqual([]);
  await fits(watcher);
  await shoot(host, 'questions');
  await shoot(watcher, 'questions-phone');

  await choose(host, 'lunch', 'Dismiss');
  await watcher.getByTestId('questions-dismissed').getByText('When is lunch?').waitFor();
  await host.getByTestId('question-mode').selectOption('off');
  await watcher.getByText('No questions are taken right now.').waitFor();
  await expect.poll(() => watcher.getByTestId('question-text').count()).toBe(0);
  await watcher.getByTestId('toggle-questions').click();

  await host.getByTestId('toggle-polls').click();
  await host.getByTestId('new-poll').click();
  await host.getByTestId('poll-question').fill('Where shall we meet next year?');
  await host.getByTestId('poll-option-1').fill('Lisbon');
  await host.getByTestId('poll-option-2').fill('Gothenburg');
  await host.getByTestId('save-poll').click();
  await expect.poll(() => watcher.getByTestId('toggle-polls').count()).toBe(0);
  await host.getByTestId('poll-step').click();
  await watcher.getByTestId('waiting-polls').getByText('1', { exact: true }).waitFor();
  await watcher.getByTestId('poll-notice').getByText('Where shall we meet next year?').waitFor();
  await watcher.getByTestId('poll-look').click();
  await watcher.getByRole('radio', { name: 'Gothenburg' }).press('Space');
  await watcher.getByTestId('vote-in-poll').click();
  await watcher.getByText('Your vote counts.').waitFor();
  await expect.poll(() => watcher.getByTestId('waiting-polls').count()).toBe(0);
  await host.getByText('1 person voted').waitFor();
  await expect.poll(() => watcher.getByTestId('poll-results').count()).toBe(0);
  await host.getByTestId('poll-step').click();
  await host.locator('[data-testid=poll][data-status=closed]').waitFor();
  await watcher.getByTestId('toggle-polls').click();
  await host.getByTestId('poll-step').click();
  await watcher.getByTestId('waiting-polls').getByText('1', { exact: true }).waitFor();
  await watcher.getByTestId('poll-notice').getByText('Results of a poll').waitFor();
  await watcher.getByTestId('poll-look').click();
  await expect.poll(() => watcher.getByTestId('waiting-polls').count()).toBe(0);
  await watcher.getByTestId('poll-results').getByText('1 vote, 100 %').waitFor();
  await host.getByTestId('show-votes').click();
  await host.getByTestId('poll-votes').getByText('Noah Okafor').waitFor();
  await shoot(host, 'polls');
  for (const page of [host, watcher]) expect(await violations(page)).toEqual([]);
  await fits(watcher);
});

test('a poll that waits for one’s vote is still announced when results of another are shared; what is deleted is no news', async () => {
  const { id } = await site.api.createMeeting({ title: 'All hands', mode: 'webinar' });
  const { polls } = site.api;
  const venue = await polls.create(id, { question: 'Where shall we meet?', options: ['Lisbon', 'Gothenburg'] });
  const lunch = await polls.create(id, { question: 'When is lunch?', options: ['At noon', 'Later'] });
  await polls.open(id, venue.id);
  await polls.close(id, venue.id);
  const watcher = await openAs('attendee', id, 'Noah Okafor');
  const badge = watcher.getByTestId('waiting-polls');
  await watcher.getByTestId('toggle-polls').waitFor();
  await polls.open(id, lunch.id);
  await badge.getByText('1', { exact: true }).waitFor();
  await polls.share(id, venue.id);
  await badge.getByText('2', { exact: true }).waitFor();
  await watcher.getByTestId('poll-notice').getByText('When is lunch?').waitFor();
  await polls.remove(id, venue.id);
  await badge.getByText('1', { exact: true }).waitFor();
});
