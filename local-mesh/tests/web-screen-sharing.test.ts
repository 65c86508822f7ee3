import { TrackSource } from '@canopy/client';
import { expect, onTestFinished, test } from 'vitest';
import { violationsByDayAndNight } from '../src/testing/accessibility.ts';
import { arrive, guestNames, meetingWith } from '../src/testing/guests.ts';
import { hostVisit } from '../src/testing/host-visit.ts';
import { paintScreen } from '../src/testing/painted-screen.ts';
import { siteForTests } from '../src/testing/site.ts';

const site = siteForTests({ regions: ['eu-central-1', 'eu-central-1'], workers: 1 });

test('who shares a screen in a webinar is told how many of the audience see it, and how many have a weak connection', async () => {
  const { id } = await site.api.createMeeting({ title: 'All hands', mode: 'webinar' });
  const { page } = await hostVisit(site, id);
  await page.evaluate(paintScreen);
  await page.getByTestId('toggle-screen').click();
  await page.getByTestId('share-text').click();
  await page.getByTestId('screen-view').waitFor();
  for (const [index, name] of guestNames.slice(0, 3).entries()) {
    const { client, joined } = await arrive(site.url, id, name, 'attendee');
    const screen = joined.meeting?.tracks.find(({ source }) => source === TrackSource.SCREEN)?.id ?? '';
    await client.ask({ reportReception: { networkQuality: 2 + index, seesTrackId: index < 2 ? screen : '' } });
  }
  await page.getByText('2 of 3 see your screen').waitFor();
  await page.getByTestId('who-sees').click();
  await page.getByText('Your audience is counted, not named.').waitFor();
  await page.getByText('The connection of 1 person here is weak.').waitFor();
  expect(await violationsByDayAndNight(page)).toEqual([]);
});

test('an attendee in a browser tells how a webinar reaches them, and it is counted for its hosts', async () => {
  const { id } = await site.api.createMeeting({ title: 'All hands', mode: 'webinar' });
  const { page } = await hostVisit(site, id);
  const { client: cohost } = await arrive(site.url, id, 'Ida Berg', 'cohost');
  await page.evaluate(paintScreen);
  await page.getByTestId('toggle-screen').click();
  await page.getByTestId('share-text').click();
  await page.getByTestId('screen-view').waitFor();
  const audience = await site.browser.newContext();
  onTestFinished(() => audience.close());
  const watcher = await audience.newPage();
  await watcher.goto(`${site.url}/m/${id}?role=attendee`);
  await watcher.getByTestId('join-name').fill('Noah Okafor');
  await watcher.getByTestId('join-button').click();
  await page.getByText('1 of 1 see your screen').waitFor();
  // Those with a browser grade their connections: Mara's as well.
  const graded = (byQuality: readonly number[]) => byQuality.reduce((sum, people) => sum + people, 0);
  await cohost.until(({ receptionCounts }) => graded(receptionCounts?.byQuality ?? []) === 2 || undefined, 20_000);
});

test('who shares a screen is told how many see it, and who, whatever else is shared; it is heard as long as it is seen', async () => {
  const id = await meetingWith(site.url, 0);
  const [{ page: presenter }, { page: viewer }] = [await hostVisit(site, id), await hostVisit(site, id)];
  await presenter.evaluate(paintScreen);
  await presenter.getByTestId('toggle-screen').click();
  await presenter.getByTestId('share-text').click();
  const screen = viewer.getByTestId('screen-view').locator('[data-source=screen]');
  await screen.locator('video').waitFor();
  const sounds = viewer.locator('audio[data-sound=screen]');
  await expect.poll(() => sounds.count()).toBe(1);
  await presenter.getByText('1 of 1 see your screen').waitFor();
  await presenter.getByTestId('who-sees').click();
  await presenter.getByTestId('seeing').getByText('Mara Lindqvist').waitFor();
  await expect.poll(() => presenter.getByTestId('not-seeing').count()).toBe(0);
  expect(await violationsByDayAndNight(presenter)).toEqual([]);
  await viewer.getByTestId('zoom').click();
  await viewer.getByText('Fit to the window').waitFor();
  await screen.getByTestId('tile-menu').click();
  await viewer.getByTestId('pip').click();
  const above = () => viewer.evaluate(() => document.pictureInPictureElement?.ariaLabel);
  await expect.poll(above).toBe('Mara Lindqvist’s screen');

  // Of two screens each presenter is told about their own.
  await viewer.evaluate(paintScreen);
  await viewer.getByTestId('toggle-screen').click();
  await viewer.getByTestId('share-text').click();
  await viewer.getByText('1 of 1 see your screen').waitFor();
  await presenter.getByTestId('toggle-screen').click();
  await presenter.getByTestId('screen-audience').getByText('1 of 1 see').waitFor({ state: 'detached' });
  await expect.poll(() => sounds.count()).toBe(0);
  await viewer.getByText('1 of 1 see your screen').waitFor();

  // The screen of who has left is not captured any longer.
  await viewer.getByTestId('leave-button').click();
  const captured = () =>
    viewer.evaluate(() => (Reflect.get(window, 'screenTracks') as MediaStreamTrack[]).map((track) => track.readyState));
  await expect.poll(captured).toEqual(['ended', 'ended']);
});

test.each([
  { content: 'text', becomes: 'slow rather than blurred', preference: 'maintain-resolution' },
  { content: 'motion', becomes: 'what the browser thinks best', preference: undefined },
])('$content that is shared over a narrow link becomes $becomes', async ({ content, preference }) => {
  const { page: presenter } = await hostVisit(site, await meetingWith(site.url, 0));
  await presenter.evaluate(paintScreen);
  await presenter.getByTestId('toggle-screen').click();
  await presenter.getByTestId(`share-${content}`).click();
  const preferences = () =>
    presenter.evaluate(() => {
      const senders = window.connections.flatMap((connection) => connection.getSenders());
      const screens = senders.filter(({ track }) => track instanceof CanvasCaptureMediaStreamTrack);
      return screens.map((sender) => sender.getParameters().degradationPreference);
    });
  await expect.poll(preferences).toEqual([preference]);
});
