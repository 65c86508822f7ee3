import type { ServerMessage } from '@canopy/proto/signal';
import { inTurns } from '@canopy/runtime/in-turns';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import type { SignalClient } from '../../control-plane/src/testing/signal-client.ts';
import { violations } from '../src/testing/accessibility.ts';
import { arrive } from '../src/testing/guests.ts';
import { paintCamera, shoot, withScreenshots } from '../src/testing/screenshots.ts';
import { siteForTests } from '../src/testing/site.ts';

/** A busy machine takes its time. */
const patient = { timeout: 20_000 };
const pageSize = 100;
const crowd = pageSize + 5;
/** As many rows as a page of the list has. */
const shown = 25;

const site = siteForTests({ regions: ['eu-central-1', 'eu-central-1'], workers: 2 });

async function openAs(
  role: 'host' | 'attendee',
  meetingId: string,
  name: string,
  prepare = async (_page: Page) => {},
): Promise<Page> {
  const context = await site.browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await prepare(page);
  if (withScreenshots) await paintCamera(page, 205);
  await page.goto(`${site.url}/m/${meetingId}?role=${role}`);
  await page.getByTestId('join-name').fill(name);
  // What it shows is not the point here, and encoding it is most of the work.
  if (role === 'host' && !withScreenshots) await page.getByTestId('toggle-camera').click();
  await page.getByTestId('join-button').click();
  await page.getByTestId('participant-count').waitFor();
  return page;
}

/** Has its server tell nobody who joins what others know them by, as the version before. */
async function tellNoName(page: Page): Promise<void> {
  await page.routeWebSocket('**/v1/signal', (socket) => {
    socket.connectToServer().onMessage((text) => {
      const message: ServerMessage = JSON.parse(text.toString());
      if (message.reply?.joined !== undefined) message.reply.joined.name = undefined;
      socket.send(JSON.stringify(message));
    });
  });
}

test('the host of a webinar looks through its audience; the audience sees the stage, and how many it is', async () => {
  const { id } = await site.api.createMeeting({ title: 'All hands', mode: 'webinar' });
  const watcher = await openAs('attendee', id, 'Noah Okafor');
  expect(await watcher.getByTestId('live-sign').count()).toBe(0);
  const host = await openAs('host', id, 'Mara Lindqvist');
  await watcher.getByTestId('live-sign').getByText('Live').waitFor();
  const attendees = new Map<string, SignalClient>();
  const names = Array.from({ length: crowd }, (_, index) => `Attendee ${index + 1}`);
  await inTurns(names, 4, async (name) => {
    const { client } = await arrive(site.url, id, name, 'attendee');
    attendees.set(name, client);
  });

  for (const page of [host, watcher]) {
    const people = page.getByTestId('participant-count');
    await expect.poll(() => people.textContent(), patient).toBe(String(crowd + 2));
    await people.click();
  }
  const rows = host.getByTestId('attendees').getByRole('listitem');
  await expect.poll(() => host.getByTestId('people').getByRole('listitem').count()).toBe(1);
  await expect.poll(() => host.getByTestId('audience').textContent()).toBe(`Watching (${crowd + 1})`);
  await expect.poll(() => rows.count(), patient).toBe(shown);
  await host.getByText('Page 1 of 5').waitFor();

  await watcher.getByText(`You and ${crowd} other people are watching.`).waitFor();
  await expect.poll(() => watcher.getByTestId('people').getByRole('listitem').allTextContents()).toHaveLength(1);
  await expect.poll(() => watcher.getByTestId('attendees').count()).toBe(0);
  for (const page of [host, watcher]) expect(await violations(page)).toEqual([]);
  await shoot(host, 'webinar');
  await shoot(watcher, 'webinar-attendee');

  // Who is in no list is called what they like.
  await watcher.getByTestId('own-name').getByText('Noah Okafor (you)').waitFor();
  await watcher.getByTestId('rename').click();
  await watcher.getByTestId('new-name').fill('Noah (Acme)');
  await watcher.getByTestId('new-name').press('Enter');
  await watcher.getByTestId('own-name').getByText('Noah (Acme) (you)').waitFor();
  await host.getByTestId('find-person').fill('noah');
  await host.getByTestId('attendees').getByText('Noah (Acme)').waitFor();

  await host.getByTestId('find-person').fill('attendee 105');
  await expect.poll(() => rows.count()).toBe(1);
  await attendees.get('Attendee 105')?.ask({ leave: {} });
  await host.getByText('Nobody here has that name.').waitFor();
  await watcher.getByText(`You and ${crowd - 1} other people are watching.`).waitFor();

  const late = await openAs('host', id, 'Ida Berg');
  await late.getByTestId('participant-count').click();
  const lateRows = late.getByTestId('attendees').getByRole('listitem');
  await expect.poll(() => lateRows.count(), patient).toBe(shown);
  await late.getByText(`Page 1 of ${pageSize / shown}`).waitFor();
  await late.getByTestId('more-attendees').click();
  await late.getByText(`Page 1 of ${pageSize / shown + 1}`).waitFor();
  await expect.poll(() => late.getByTestId('more-attendees').count()).toBe(0);
});

test('who is not told by what name others know them sees none, and is not asked for another', async () => {
  const { id } = await site.api.createMeeting({ title: 'All hands', mode: 'webinar' });
  const watcher = await openAs('attendee', id, 'Noah Okafor', tellNoName);
  await watcher.getByTestId('participant-count').click();
  await watcher.getByTestId('audience').waitFor();
  expect(await watcher.getByTestId('own-name').count()).toBe(0);
});
