import { Api } from '@canopy/client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Mesh, startMesh } from '../src/index.ts';
import { violations } from '../src/testing/accessibility.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { shoot } from '../src/testing/screenshots.ts';

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

/** Somebody before the door, with the camera off: what it shows is not the point here, and encoding it is most of the work. */
async function prejoin(meetingId: string, name: string, role: string, width = 1280): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, reducedMotion: 'reduce' });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(`${mesh.url}/m/${meetingId}?role=${role}`);
  await page.getByTestId('join-name').fill(name);
  if (role !== 'attendee') await page.getByTestId('toggle-camera').click();
  return page;
}

async function asks(meetingId: string, name: string, role: string, width?: number): Promise<Page> {
  const page = await prejoin(meetingId, name, role, width);
  await page.getByTestId('join-button').click();
  return page;
}

const inside = (page: Page) => page.getByTestId('participant-count').waitFor();

async function choose(host: Page, item: string, menu = host.getByTestId('person-menu')): Promise<void> {
  await menu.press('Enter');
  await host.getByTestId(item).press('Enter');
}

/** Runs in the page: the browser lets nobody have a camera. */
function refuseDevices(): void {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
}

/** What somebody who listens is told of their own microphone and camera. */
const hears = (page: Page, text: string) =>
  page.getByTestId('own-state').getByText(text).waitFor({ state: 'attached' });

test('a guest gives the password, waits in the lobby, is turned away, let in, muted, asked to speak, and removed', async () => {
  const settings = { lobby: 'guests', password: 'kingfisher' } as const;
  const { id } = await api.createMeeting({ title: 'Interview', settings });
  const host = await asks(id, 'Mara Lindqvist', 'host');
  await inside(host);
  // Who comes with a token is asked for the password only at the door.
  const { token } = await api.createToken(id, { name: 'Noah Okafor', role: 'panelist' });
  const guest = await asks(id, 'Noah Okafor', `panelist#token=${token}`, 360);
  await guest.getByTestId('join-password').fill('pelican');
  await guest.getByTestId('join-button').click();
  const refusal = guest.getByRole('alert').filter({ hasText: 'That password is not right' });
  await refusal.waitFor();
  // What was typed is there to be corrected, right away.
  const password = guest.getByTestId('join-password');
  await guest.locator('[data-testid=join-password]:focus').waitFor();
  await expect.poll(() => password.inputValue()).toBe('pelican');
  expect(await password.getAttribute('aria-describedby')).toContain(await refusal.getAttribute('id'));
  expect(await violations(guest)).toEqual([]);
  await guest.keyboard.type('kingfisher');
  await guest.getByTestId('join-button').click();
  await guest.getByTestId('waiting').getByText('Interview').waitFor();
  await shoot(guest, 'lobby-phone');
  expect(await violations(guest)).toEqual([]);

  await host.getByTestId('lobby-notice').getByText('Noah Okafor waits to be let in').waitFor();
  expect(await host.getByTestId('alone').count()).toBe(0);
  await host.getByTestId('show-lobby').click();
  await host.getByTestId('lobby-list').getByText('Noah Okafor').waitFor();
  await shoot(host, 'lobby');
  expect(await violations(host)).toEqual([]);
  await host.getByTestId('tell-waiting-text').fill('Two minutes more, please.');
  await host.getByTestId('tell-waiting-send').click();
  await guest.getByText('Message from the host: Two minutes more, please.').waitFor();
  await host.getByTestId('deny').click();
  await host.getByTestId('lobby-list').waitFor({ state: 'detached' });
  await guest.getByText('The host did not let you in').waitFor();
  await expect.poll(() => password.inputValue()).toBe('kingfisher');
  // Emptied it is still there to be filled in.
  await password.fill('');
  await password.fill('kingfisher');
  await guest.getByTestId('join-button').click();
  await host.getByTestId('admit').click();
  await inside(guest);

  await host.getByLabel('Microphone on, camera off').nth(1).waitFor();
  await choose(host, 'mute');
  await guest.getByTestId('moderated').getByText('Mara Lindqvist muted you.').waitFor();
  await host.getByLabel('Microphone off, camera off').waitFor();
  await hears(guest, 'Your microphone is off.');

  await host.getByTestId('may-unmute').click();
  await expect.poll(() => host.getByTestId('may-unmute').isChecked()).toBe(false);
  await host.getByTestId('mute-all').click();
  await guest.getByTestId('toggle-microphone').click();
  await guest.getByText('Only the host can let you unmute').waitFor();
  await hears(guest, 'Your microphone is off.');
  await host.getByLabel('Microphone off, camera off').waitFor();
  await hears(host, 'Your microphone is on.');

  await choose(host, 'ask-to-unmute');
  await guest.getByTestId('ask-to-unmute-dialog').waitFor();
  expect(await violations(guest)).toEqual([]);
  await guest.getByTestId('accept-unmute').click();
  await host.getByLabel('Microphone on, camera off').nth(1).waitFor();

  await host.getByTestId('lock').click();
  for (const page of [host, guest]) await page.getByTestId('locked').waitFor();

  await choose(host, 'remove');
  await host.getByTestId('remove-dialog').getByText('Remove Noah Okafor?').waitFor();
  await host.getByTestId('confirm-remove').click();
  await guest.getByText('The host removed you from the meeting').waitFor();
});

test('some who wait are turned away and the rest let in at once; a host stops a camera, and hands the meeting over', async () => {
  const { id } = await api.createMeeting({ title: 'Interview', settings: { lobby: 'guests' } });
  const host = await asks(id, 'Mara Lindqvist', 'host');
  await inside(host);
  const [noah, ida, ben] = await Promise.all(
    ['Noah Okafor', 'Ida Berg', 'Ben Ito'].map((name) => asks(id, name, 'panelist')),
  );
  if (noah === undefined || ida === undefined || ben === undefined) throw new Error('nobody asked');
  await host.getByTestId('show-lobby').click();
  await host.getByLabel('Deny Noah Okafor').click();
  await noah.getByText('The host did not let you in').waitFor();
  for (const name of ['Ida Berg', 'Ben Ito']) await host.getByLabel(`Deny ${name}`).waitFor();
  await host.getByTestId('admit-all').click();
  await Promise.all([inside(ida), inside(ben)]);

  const tileOf = (name: string) => host.getByTestId('tile').filter({ hasText: name });
  const tileMenuOf = (name: string) => tileOf(name).getByTestId('tile-menu');
  const menuOfIda = host.getByTestId('people').getByLabel('More about Ida Berg');
  await ida.getByTestId('toggle-camera').click();
  await hears(ida, 'Your camera is on.');
  await host.getByLabel('Microphone on, camera on').waitFor();
  await choose(host, 'stop-camera', tileMenuOf('Ida Berg'));
  await ida.getByTestId('moderated').getByText('Mara Lindqvist stopped your camera.').waitFor();
  await hears(ida, 'Your camera is off.');
  await host.getByLabel('Microphone on, camera on').waitFor({ state: 'detached' });

  await choose(host, 'spotlight', tileMenuOf('Ida Berg'));
  await ida.getByTestId('spotlit').getByText('Mara Lindqvist shows you large to everybody.').waitFor();
  // Ida may be told before the host is, whose menu offers to end it only then.
  await tileOf('Ida Berg').getByLabel('In the spotlight').waitFor();
  await choose(host, 'spotlight', tileMenuOf('Ida Berg'));
  await ida.getByTestId('spotlit').waitFor({ state: 'detached' });

  await choose(host, 'make-cohost', host.getByTestId('people').getByLabel('More about Ben Ito'));
  await host.getByTestId('people').getByText('Co-host').waitFor();
  await choose(host, 'remove', tileMenuOf('Ben Ito'));
  expect(await violations(host)).toEqual([]);
  await host.locator('[data-testid=remove-dialog] :focus, [data-testid=remove-dialog]:focus').waitFor();
  await host.keyboard.press('Escape');
  await host.getByTestId('remove-dialog').waitFor({ state: 'detached' });
  await choose(host, 'remove', tileMenuOf('Ben Ito'));
  await host.getByTestId('confirm-remove').click();
  await ben.getByText('The host removed you from the meeting').waitFor();
  // Whoever comes back is a guest like any other.
  await ben.getByRole('button', { name: 'Rejoin' }).click();
  await ben.getByTestId('waiting').getByText('The host will let you in soon.').waitFor();

  await choose(host, 'make-host', menuOfIda);
  await ida.getByTestId('leave-menu').waitFor();
  await host.getByTestId('leave-menu').waitFor({ state: 'detached' });

  await choose(host, 'rename', host.getByTestId('own-menu'));
  await host.getByTestId('rename-dialog').waitFor();
  expect(await violations(host)).toEqual([]);
  await host.getByTestId('new-name').fill('Mara (Acme)');
  await host.getByTestId('new-name').press('Enter');
  await host.getByTestId('rename-dialog').waitFor({ state: 'detached' });
  for (const page of [host, ida]) await page.getByTestId('tile').filter({ hasText: 'Mara (Acme)' }).waitFor();

  // The only host is asked what becomes of who stays, and offered who may host it.
  await ida.getByTestId('leave-button').click();
  await ida.getByTestId('host-leave-dialog').waitFor();
  expect(await violations(ida)).toEqual([]);
  await expect.poll(() => ida.getByTestId('heir').locator('option').allTextContents()).toEqual(['Mara (Acme)']);
  const ways = await ida.getByTestId('host-leave-dialog').getByRole('button').all();
  const rows = await Promise.all(ways.map(async (way) => (await way.boundingBox())?.y));
  expect(new Set(rows).size).toBe(1);
  await ida.getByTestId('hand-over').click();
  await ida.getByText('You left the meeting').waitFor();
  await host.getByTestId('leave-menu').waitFor();
  await tileOf('Ida Berg').waitFor({ state: 'detached' });
  // Alone, nobody is left behind.
  await host.getByTestId('leave-button').click();
  await host.getByText('You left the meeting').waitFor();
  await ben.getByTestId('waiting').getByText('Waiting for a host to come.').waitFor();
});

test('a guest who was banned and comes again waits, and the host sees why', async () => {
  const { id } = await api.createMeeting({ title: 'Open house' });
  const host = await asks(id, 'Mara Lindqvist', 'host');
  await inside(host);
  const guest = await asks(id, 'Noah Okafor', 'panelist');
  await inside(guest);
  await host.getByTestId('participant-count').click();
  await choose(host, 'remove');
  await host.getByTestId('remove-dialog').getByText('Remove Noah Okafor?').waitFor();
  expect(await violations(host)).toEqual([]);
  await host.keyboard.press('Escape');
  await host.getByTestId('remove-dialog').waitFor({ state: 'detached' });
  await choose(host, 'remove');
  await host.getByTestId('confirm-ban').click();
  await guest.getByText('The host has banned you from it.').waitFor();
  const again = await asks(id, 'Somebody Else', 'panelist');
  await again.getByTestId('waiting').waitFor();
  const why = 'From the same network as somebody who was banned';
  await host.getByTestId('lobby-list').getByText(why).waitFor();
  await host.getByTestId('participant-count').click();
  await host.getByTestId('lobby-notice').getByText(why).waitFor();
  expect(await violations(host)).toEqual([]);
  await host.getByRole('button', { name: 'Admit Somebody Else' }).click();
  await inside(again);
});

test('a webinar meets backstage; its audience waits, comes in when it goes live, and is told who of them is on stage', async () => {
  const settings = { backstage: true, capacity: 50 };
  const { id } = await api.createMeeting({ title: 'Launch', mode: 'webinar', settings });
  const watcher = await asks(id, 'Noah Okafor', 'attendee');
  await watcher.getByTestId('waiting').getByText('It starts soon.').waitFor();
  const host = await asks(id, 'Mara Lindqvist', 'host');
  await inside(host);
  await expect.poll(() => host.getByTestId('capacity').textContent()).toBe('/ 50');
  const sign = host.getByTestId('live-sign');
  await expect.poll(() => sign.textContent()).toBe('Backstage');
  await host.getByTestId('backstage').getByText('1 person waits outside').waitFor();
  await host.getByTestId('participant-count').click();
  await host.getByTestId('audience').getByText('The audience waits outside').waitFor();
  expect(await violations(host)).toEqual([]);
  await host.getByTestId('go-live').click();
  await inside(watcher);
  await expect.poll(() => host.getByTestId('backstage').count()).toBe(0);
  for (const page of [host, watcher]) await expect.poll(() => page.getByTestId('live-sign').textContent()).toBe('Live');
  await expect.poll(() => host.getByTestId('live-status').textContent()).toContain('You are live now.');

  const notice = watcher.getByRole('status').getByTestId('stage-notice');
  expect(await notice.count()).toBe(0);
  await host.getByTestId('audience').getByText('Watching (1)').waitFor();
  const change = host.getByTestId('change-stage');
  await change.click();
  await notice.getByText('You are on stage now. You can turn on your microphone').waitFor();
  // Who came later is told no news.
  const news = watcher.getByTestId('live-status');
  expect(await news.textContent()).toBe('');
  expect(await violations(watcher)).toEqual([]);
  await watcher.getByTestId('toggle-microphone').click();
  await hears(watcher, 'Your microphone is on.');
  await notice.waitFor({ state: 'detached' });
  // What they are told on stage is old news once they come back to it.
  await api.moderation.changeRules(id, { backstage: true });
  await expect.poll(() => news.textContent()).toContain('You are backstage.');
  await watcher.getByTestId('toggle-microphone').focus();
  await expect.poll(() => change.textContent()).toBe('To audience');
  await change.click();
  await notice.getByText('You are back in the audience.').waitFor();
  // The button they were at is gone.
  await watcher.locator('main:focus').waitFor();
  await notice.getByRole('button', { name: 'Dismiss' }).click();
  await notice.waitFor({ state: 'detached' });

  await host.getByTestId('may-unmute').click();
  await expect.poll(() => change.textContent()).toBe('Bring on stage');
  await change.click();
  await notice.getByText('You are on stage now. The host asks you when you may speak.').waitFor();
  expect(await news.textContent()).toBe('');
  // What is refused, or does not start, is not used.
  await watcher.getByTestId('toggle-microphone').click();
  await watcher.locator('[data-testid=error-message][data-code=UNMUTE_FORBIDDEN]').waitFor();
  expect(await notice.count()).toBe(1);
  await watcher.evaluate(refuseDevices);
  await watcher.getByTestId('toggle-camera').click();
  await watcher.getByText('Your browser blocks the camera.').waitFor();
  expect(await notice.count()).toBe(1);
});
