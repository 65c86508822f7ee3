import { Api } from '@canopy/client';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { call } from '../../control-plane/src/testing/api.ts';
import { violations } from '../src/testing/accessibility.ts';
import { enterWithoutCamera } from '../src/testing/entering.ts';
import { shoot } from '../src/testing/screenshots.ts';
import { siteForTests } from '../src/testing/site.ts';

const site = siteForTests(
  { regions: ['eu-central-1'], workers: 1 },
  { flags: ['--use-fake-device-for-media-stream=fps=10'] },
);

interface Person {
  page: Page;
  name: string;
  /** Times that the page asked to be let into a meeting. */
  joins: () => number;
}

async function enter(meetingId: string, name: string, role: 'host' | 'panelist'): Promise<Person> {
  // Painting moving pictures in software is most of the work: pages that nobody looks at are small, and one camera is off.
  const viewport = role === 'host' ? { width: 1280, height: 800 } : { width: 400, height: 700 };
  const context = await site.browser.newContext({ viewport, reducedMotion: 'reduce' });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  let joins = 0;
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      if (JSON.parse(String(payload)).join !== undefined) joins += 1;
    }),
  );
  await page.addInitScript(useOneSmallCamera);
  await page.goto(`${site.url}/m/${meetingId}?role=${role}`);
  await page.getByTestId('join-name').fill(name);
  if (role === 'host') await page.getByTestId('toggle-camera').click();
  await page.getByTestId('join-button').click();
  await page.locator('[data-testid=tile][data-kind=self]').waitFor();
  return { page, name, joins: () => joins };
}

/** Runs in the page, before its own scripts: counts how often the camera is opened, and spares the machine. */
function useOneSmallCamera(): void {
  const { mediaDevices } = navigator;
  const openDevice = mediaDevices.getUserMedia.bind(mediaDevices);
  Object.assign(window, { timesOpened: 0 });
  mediaDevices.getUserMedia = (constraints) => {
    if (!constraints?.video) return openDevice(constraints);
    Object.assign(window, { timesOpened: Reflect.get(window, 'timesOpened') + 1 });
    return openDevice({ ...constraints, video: { width: 160, height: 90, frameRate: 10 } });
  };
}

const timesOpened = ({ page }: Person) => page.evaluate<number>('window.timesOpened');

/** Frames painted so far of each of the others. */
function frames({ page }: Person): Promise<number[]> {
  return page.evaluate(
    `[...document.querySelectorAll('[data-testid=tile][data-kind=remote] video')].map((video) => video.getVideoPlaybackQuality().totalVideoFrames)`,
  );
}

/** Waits until somebody sees just so many others, each of them moving. */
async function seesMoving(person: Person, others: number): Promise<void> {
  await expect.poll(async () => (await frames(person)).length, { timeout: 20_000 }).toBe(others);
  await expect.poll(async () => Math.min(9, ...(await frames(person))), { timeout: 20_000 }).toBeGreaterThan(5);
}

const othersOf = ({ page }: Person) => page.locator('[data-testid=tile][data-kind=remote]');

async function heading({ page }: Person, text: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name: text, exact: true }).waitFor();
}

async function assign({ page }: Person, name: string, room: string): Promise<void> {
  await page.getByLabel(`Room of ${name}`).selectOption({ label: room });
}

/** Two rooms, of which the host says how people get there. */
async function newRooms({ page }: Person, how: string): Promise<void> {
  await page.getByTestId('breakout-way').selectOption({ label: how });
  await page.getByTestId('create-breakouts').click();
  await page.getByTestId('manage-breakouts').waitFor();
}

test('people are brought to rooms and back without joining again, and see who is there and nobody else', async () => {
  const { id } = await new Api({ url: site.url }).createMeeting({ title: 'All of us' });
  const mara = await enter(id, 'Mara Lindqvist', 'host');
  const noah = await enter(id, 'Noah Okafor', 'panelist');
  const ida = await enter(id, 'Ida Berg', 'panelist');
  const everybody = [mara, noah, ida];
  const seesEachOther = () => Promise.all([seesMoving(mara, 2), seesMoving(noah, 1), seesMoving(ida, 1)]);
  await seesEachOther();
  const cameras = await Promise.all(everybody.map(timesOpened));
  await expect.poll(() => noah.page.getByTestId('toggle-breakouts').count()).toBe(0);

  await mara.page.getByTestId('toggle-breakouts').click();
  await mara.page.getByTestId('create-breakouts').press('Enter');
  await mara.page.getByTestId('manage-breakouts').waitFor();
  // The button is gone, and its focus stays in the panel.
  await expect.poll(() => mara.page.locator('aside:focus-within').count()).toBe(1);
  for (const { name } of [noah, ida]) await assign(mara, name, 'Room 1');
  await mara.page.getByRole('heading', { name: 'Room 1 (2)' }).waitFor();
  await heading(noah, 'All of us');
  await mara.page.getByTestId('open-breakouts').click();

  await Promise.all([noah, ida].map((person) => heading(person, 'Room 1')));
  await Promise.all([noah, ida].map((person) => seesMoving(person, 1)));
  await expect.poll(() => othersOf(noah).allInnerTexts()).toEqual([expect.stringContaining('Ida Berg')]);
  await expect.poll(() => othersOf(ida).allInnerTexts()).toEqual([expect.stringContaining('Noah Okafor')]);
  await expect.poll(() => othersOf(mara).count()).toBe(0);

  await mara.page.getByTestId('breakout-broadcast').fill('<b>Two</b> minutes left');
  await mara.page.getByTestId('send-broadcast').click();
  for (const { page } of [noah, ida]) await page.getByText('<b>Two</b> minutes left').waitFor();
  await noah.page.getByTestId('ask-for-help').click();
  const asking = mara.page.getByRole('button', { name: 'Breakout rooms: 1 person asks for help' });
  await asking.waitFor();
  const told = mara.page.getByRole('status').getByText('Noah Okafor asks for help in Room 1.');
  await told.waitFor({ state: 'attached' });
  await noah.page.getByRole('button', { name: 'No help needed any more' }).click();
  await asking.waitFor({ state: 'detached' });
  await told.waitFor({ state: 'detached' });
  // Without the rooms on view it is to be seen, and leads there.
  await mara.page.getByTestId('toggle-breakouts').click();
  await noah.page.getByRole('button', { name: 'Ask for help' }).click();
  await mara.page.getByTestId('help-notice').getByText('Noah Okafor asks for help in Room 1.').waitFor();
  await mara.page.getByTestId('show-rooms').click();
  await mara.page.getByTestId('help-notice').waitFor({ state: 'detached' });
  await asking.waitFor();
  await assign(mara, 'Ida Berg', 'Room 2');
  await heading(ida, 'Room 2');
  await expect.poll(() => othersOf(noah).count()).toBe(0);
  await mara.page.getByTestId('breakout-timer').selectOption({ label: 'In 10 minutes' });
  await ida.page.getByTestId('breakout-countdown').waitFor();
  await shoot(mara.page, 'breakouts');
  for (const person of [mara, noah]) expect(await violations(person.page)).toEqual([]);

  // Who reloads the page is the same person, and belongs where they were.
  await ida.page.reload();
  await ida.page.getByTestId('join-button').click();
  await heading(ida, 'Room 2');
  await mara.page.getByRole('heading', { name: 'Room 2 (1)' }).waitFor();

  await mara.page.getByRole('button', { name: 'Go to Room 1' }).click();
  await heading(mara, 'Room 1');
  await seesMoving(mara, 1);
  await expect.poll(() => othersOf(noah).allInnerTexts()).toEqual([expect.stringContaining('Mara Lindqvist')]);
  // Help has come, and may be asked for again.
  await noah.page.getByRole('button', { name: 'Ask for help' }).waitFor();

  // Who comes late waits at the door of the meeting, which the host keeps from the room.
  await site.api.changeMeeting(id, { settings: { lobby: 'guests' } });
  const context = await site.browser.newContext();
  onTestFinished(() => context.close());
  const late = await context.newPage();
  await late.goto(`${site.url}/m/${id}?role=attendee`);
  const entered = enterWithoutCamera(late, 'Ben Ito');
  await late.getByTestId('waiting').getByText('The host will let you in soon.').waitFor();
  await mara.page.getByTestId('lobby-notice').getByText('Ben Ito waits to be let in').waitFor();
  await mara.page.getByRole('button', { name: 'Admit Ben Ito' }).click();
  await entered;
  await late.getByRole('heading', { level: 1, name: 'All of us' }).waitFor();
  await late.getByTestId('leave-button').click();
  await late.getByText('You left the meeting').waitFor();

  const { status } = await call(
    new URL(site.url).host,
    'PATCH',
    `/v1/meetings/${id}/breakouts`,
    { closesInSeconds: 2 },
    null,
  );
  expect(status).toBe(200);
  await Promise.all(everybody.map((person) => heading(person, 'All of us')));
  await seesEachOther();
  await expect.poll(() => ida.page.getByTestId('breakout-bar').count()).toBe(0);

  await newRooms(mara, 'At random');
  for (const room of ['Room 1 (1)', 'Room 2 (1)']) await mara.page.getByRole('heading', { name: room }).waitFor();
  await mara.page.getByTestId('open-breakouts').click();
  const rooms = await Promise.all([noah, ida].map(({ page }) => page.getByTestId('breakout-bar').textContent()));
  expect(rooms.map((text) => (text ?? '').slice(0, 'Room 1'.length)).sort()).toEqual(['Room 1', 'Room 2']);
  // Time to finish what one says, which the host may take back, or cut short.
  const closingSoon = mara.page.getByRole('button', { name: 'Bring everybody back in 30 seconds' });
  // Only what was there before it is filled is read out.
  const saidAloud = await noah.page.locator('[data-testid=breakout-bar] > [role=status]').elementHandle();
  await closingSoon.click();
  for (const { page } of [noah, ida]) await page.getByTestId('breakout-countdown').waitFor();
  await expect.poll(() => saidAloud?.textContent()).toContain('Everybody comes back');
  await closingSoon.waitFor({ state: 'detached' });
  await mara.page.getByRole('button', { name: 'Keep the rooms open' }).click();
  await closingSoon.waitFor();
  await noah.page.getByTestId('breakout-countdown').waitFor({ state: 'detached' });
  await mara.page.getByRole('button', { name: 'Bring everybody back now' }).click();
  await Promise.all(everybody.map((person) => heading(person, 'All of us')));

  await newRooms(mara, 'They choose');
  await mara.page.getByTestId('open-breakouts').click();
  await noah.page.getByTestId('toggle-breakouts').click();
  await noah.page.getByRole('button', { name: 'Go to Room 2' }).click();
  await heading(noah, 'Room 2');
  await mara.page.getByRole('heading', { name: 'Room 2 (1)' }).waitFor();
  await heading(ida, 'All of us');
  await noah.page.getByRole('button', { name: 'Go to Room 1' }).click();
  await heading(noah, 'Room 1');
  await noah.page.getByTestId('back-to-main').click();
  await heading(noah, 'All of us');
  await seesEachOther();
  expect(everybody.map(({ joins }) => joins())).toEqual([1, 1, 2]);
  expect(await Promise.all(everybody.map(timesOpened))).toEqual(cameras);
});
