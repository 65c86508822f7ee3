import type { RoleName } from '@canopy/client';
import { inTurns } from '@canopy/runtime/in-turns';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { mostListed } from '../../control-plane/src/core/meeting/state.ts';
import { violations } from '../src/testing/accessibility.ts';
import { arrive } from '../src/testing/guests.ts';
import { siteForTests } from '../src/testing/site.ts';

/** A busy machine takes its time. */
const patient = { timeout: 20_000 };

const site = siteForTests({ regions: ['eu-central-1', 'eu-central-1'], workers: 2 });

/** Somebody with a browser, whose microphone is open and silent. */
async function visit(meetingId: string, name: string, role: RoleName): Promise<Page> {
  const context = await site.browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(`${site.url}/m/${meetingId}?role=${role}`);
  await page.getByTestId('join-name').fill(name);
  for (const device of ['camera', 'microphone']) await page.getByTestId(`toggle-${device}`).click();
  await page.getByTestId('join-button').click();
  await page.getByTestId('participant-count').click();
  return page;
}

test('who comes to a large meeting is of its crowd, through which everybody may look, until they are heard', async () => {
  const { id } = await site.api.createMeeting({ title: 'All hands' });
  const host = await visit(id, 'Mara Lindqvist', 'host');
  const guests = Array.from({ length: mostListed - 1 }, (_, index) => `Guest ${index + 1}`);
  await inTurns(guests, 4, async (name) => void (await arrive(site.url, id, name)));
  const noah = await visit(id, 'Noah Okafor', 'panelist');
  await arrive(site.url, id, 'Ida Berg');
  const total = String(mostListed + 2);
  for (const page of [host, noah])
    await expect.poll(() => page.getByTestId('participant-count').textContent(), patient).toBe(total);

  await host.getByText('Others (2)').waitFor();
  await expect
    .poll(() => host.getByTestId('attendees').getByRole('listitem').allTextContents(), patient)
    .toHaveLength(2);
  await noah.getByTestId('own-name').getByText('Noah Okafor (you)').waitFor();
  // Only hosts and cohosts are told of each who comes.
  await noah.getByText('Others (1)').waitFor();
  await noah.getByTestId('more-attendees').click();
  await noah.getByTestId('attendees').getByText('Ida Berg').waitFor();
  expect(await violations(noah)).toEqual([]);

  await noah.getByTestId('toggle-microphone').click();
  await host.getByText('Others (1)').waitFor();
  await noah.getByTestId('find-person').fill('noah');
  await noah.getByTestId('people').getByText('Noah Okafor (you)').waitFor();
  await host.getByTestId('find-person').fill('noah');
  await host.getByTestId('people').getByText('Noah Okafor').waitFor();
  expect(await noah.getByTestId('own-name').count()).toBe(0);
});
