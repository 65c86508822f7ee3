import { type RoleName, TrackSource } from '@canopy/client';
import type { Publish } from '@canopy/proto/signal';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { camera, microphone } from '../../control-plane/src/testing/media.ts';
import type { SignalClient } from '../../control-plane/src/testing/signal-client.ts';
import { violations } from '../src/testing/accessibility.ts';
import { arrive } from '../src/testing/guests.ts';
import { siteForTests } from '../src/testing/site.ts';

/** A busy machine takes its time. */
const patient = { timeout: 20_000 };

const site = siteForTests({ regions: ['eu-central-1'], workers: 1 });

/** Somebody with a browser and no camera: what it shows is not the point here, and encoding it is most of the work. */
async function visit(
  meetingId: string,
  name: string,
  role: RoleName,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await site.browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.addInitScript(useVoice);
  await enter(page, meetingId, name, role);
  return page;
}

async function enter(page: Page, meetingId: string, name: string, role: RoleName): Promise<void> {
  await page.goto(`${site.url}/m/${meetingId}?role=${role}`);
  await page.getByTestId('join-name').fill(name);
  if (role !== 'attendee') await page.getByTestId('toggle-camera').click();
  await page.getByTestId('join-button').click();
  await page.getByTestId('participant-count').waitFor();
}

interface Guest {
  id: string;
  client: SignalClient;
}

/** Somebody without a browser, who announces tracks of which nothing is sent. */
async function guest(
  meetingId: string,
  name: string,
  { role = 'panelist', publishes = [] }: { role?: RoleName; publishes?: readonly Publish[] } = {},
): Promise<Guest> {
  const { client, joined } = await arrive(site.url, meetingId, name, role);
  for (const [index, track] of publishes.entries()) {
    const { published } = await client.ask({ publish: apart(track, index) });
    if (published === undefined) throw new Error(`${name} publishes no ${track.source}`);
  }
  return { id: joined.participantId, client };
}

/** As one of several tracks of somebody. */
function apart({ rtpParameters, ...track }: Publish, index: number): Publish {
  if (rtpParameters === undefined) throw new Error('a track without parameters');
  return { ...track, rtpParameters: { ...rtpParameters, mid: `${index}`, encodings: [{ ssrc: index + 1 }] } };
}

const screen: Publish = { ...camera, source: TrackSource.SCREEN };
const screenSound: Publish = { ...microphone, source: TrackSource.SCREEN_AUDIO };

function tileOf(page: Page, { id }: Guest, source: 'camera' | 'screen' = 'camera'): Locator {
  return page.locator(`[data-testid=tile][data-participant-id="${id}"][data-source=${source}]`);
}

/** How loud it plays. */
async function volumeOf(page: Page, { id }: Guest, sound: 'voice' | 'screen' = 'voice'): Promise<number> {
  const audio = page.locator(`audio[data-participant-id="${id}"][data-sound=${sound}]`);
  await audio.waitFor({ state: 'attached' });
  return audio.evaluate((element) => {
    if (!(element instanceof HTMLAudioElement)) throw new Error('not audio');
    return element.muted ? 0 : element.volume;
  });
}

/** Runs in the page, before its own scripts: for a microphone it has a tone, which is heard while `window.talks`. */
function useVoice(): void {
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    if (!constraints?.audio) return open(constraints);
    const context = new AudioContext();
    const [tone, gain, out] = [
      context.createOscillator(),
      context.createGain(),
      context.createMediaStreamDestination(),
    ];
    gain.gain.value = 0;
    tone.connect(gain).connect(out);
    tone.start();
    Object.defineProperty(window, 'talks', {
      configurable: true,
      set(talks: boolean) {
        gain.gain.value = talks ? 0.5 : 0;
      },
    });
    return out.stream;
  };
}

/** Runs in the page: resolves once the page has measured what was laid out. */
async function measured(): Promise<void> {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
}

async function openPeople(page: Page): Promise<void> {
  await page.getByTestId('participant-count').click();
  await page.getByTestId('people').waitFor();
}

test('how loud somebody is concerns neither a namesake, nor what they share, nor a later meeting', async () => {
  const { id } = await site.api.createMeeting({ title: 'Namesakes' });
  const host = await visit(id, 'Mara Lindqvist', 'host');
  const loud = await guest(id, 'Sam Rivers', { publishes: [microphone, screen, screenSound] });
  const other = await guest(id, 'Sam Rivers', { publishes: [microphone] });
  const volumes = async () => [
    await volumeOf(host, loud),
    await volumeOf(host, loud, 'screen'),
    await volumeOf(host, other),
  ];
  await expect.poll(volumes).toEqual([1, 1, 1]);

  await tileOf(host, loud).getByTestId('tile-menu').click();
  await host.getByTestId('volume').fill('0.3');
  await expect.poll(volumes).toEqual([0.3, 1, 1]);
  await host.getByTestId('mute-for-me').click();
  await expect.poll(volumes).toEqual([0, 1, 1]);
  await host.keyboard.press('Escape');
  await tileOf(host, loud).getByLabel('Muted for you').waitFor();
  await expect.poll(() => host.getByTestId('muted-for-me').count()).toBe(1);
  expect(await violations(host)).toEqual([]);

  await tileOf(host, loud, 'screen').getByTestId('tile-menu').click();
  await host.getByLabel('Volume of Sam Rivers’s screen').fill('0.5');
  await expect.poll(volumes).toEqual([0, 0.5, 1]);

  const later = await site.api.createMeeting({ title: 'The next week' });
  await enter(host, later.id, 'Mara Lindqvist', 'host');
  const again = await guest(later.id, 'Sam Rivers', { publishes: [microphone] });
  await tileOf(host, again).waitFor();
  await expect.poll(() => volumeOf(host, again)).toBe(1);
  await expect.poll(() => host.getByTestId('muted-for-me').count()).toBe(0);
});

test('beside a screen the others stand in pages, and are found by name', async () => {
  const { id } = await site.api.createMeeting({ title: 'Town hall' });
  // As long as names get, without a place to break.
  const endless = 'W'.repeat(64);
  const names = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eva', 'Finn', 'Gil', endless];
  for (const name of names) await guest(id, name, { publishes: [camera] });
  const presenter = await guest(id, 'Júlia', { publishes: [screen] });
  const host = await visit(id, 'Mara Lindqvist', 'host', { viewport: { width: 1000, height: 620 } });
  await tileOf(host, presenter, 'screen').waitFor();
  await host.evaluate(measured);
  const shown = async () => {
    const tiles = host.locator('[data-testid=tile][data-source=camera]');
    return await tiles.evaluateAll((all) => all.map((tile) => tile.getAttribute('data-participant-id') ?? ''));
  };
  // Nine others and oneself: as many of them as fit, so that none has to be scrolled to.
  await host.getByTestId('page').getByText('Page 1 of').waitFor();
  const seen = new Set(await shown());
  const pages = Number((await host.getByTestId('page').textContent())?.split(' ').at(-1));
  expect(pages).toBeGreaterThan(2);
  for (let page = 2; page <= pages; page++) {
    await host.getByTestId('next-page').click();
    await host.getByText(`Page ${page} of ${pages}`).waitFor();
    const now = await shown();
    expect(now.filter((each) => seen.has(each))).toEqual([]);
    for (const each of now) seen.add(each);
  }
  expect(seen.size).toBe(names.length + 2);

  await openPeople(host);
  const rows = host.getByTestId('people').getByRole('listitem');
  await expect.poll(() => rows.count()).toBe(names.length + 2);
  await host.getByTestId('find-person').fill('JULIA');
  await expect.poll(() => rows.count()).toBe(1);
  await expect.poll(() => rows.textContent()).toContain('Júlia');
  await host.getByTestId('find-person').fill('nobody');
  await host.getByText('Nobody here has that name.').waitFor();
  await host.getByTestId('find-person').fill('WWW');
  await expect.poll(() => rows.count()).toBe(1);
  await host.setViewportSize({ width: 360, height: 740 });
  await expect.poll(() => host.evaluate('document.documentElement.scrollWidth')).toBe(360);
  const width = (of: Locator) => of.evaluate((element) => element.scrollWidth - element.clientWidth);
  await expect.poll(() => width(host.getByRole('complementary', { name: 'Participants' }))).toBe(0);
  expect(await violations(host)).toEqual([]);
});

test('a raised hand is seen, and whoever raised it is given the word or lowered right there', async () => {
  const { id } = await site.api.createMeeting({ title: 'All hands', mode: 'webinar' });
  const host = await visit(id, 'Mara Lindqvist', 'host');
  const speaker = await guest(id, 'Ida Berg');
  const watcher = await guest(id, 'Noah Okafor', { role: 'attendee' });

  await speaker.client.ask({ raiseHand: {} });
  await host.getByTestId('hand-notice').getByText('Ida Berg raised a hand').waitFor();
  await tileOf(host, speaker).getByLabel('Hand raised').waitFor();
  await watcher.client.ask({ raiseHand: {} });
  await host.getByTestId('hand-notice').getByText('Noah Okafor raised a hand').waitFor();
  await expect.poll(() => host.getByTestId('hand-count').textContent()).toBe('2');
  expect(await violations(host)).toEqual([]);
  await host.getByTestId('show-hands').click();
  await host.getByTestId('hand-notice').waitFor({ state: 'detached' });

  const hands = host.getByTestId('hands');
  await hands.getByRole('button', { name: 'Ask to unmute: Ida Berg' }).click();
  await speaker.client.untilEvent(({ moderated }) => moderated !== undefined);
  await hands.getByRole('button', { name: 'Bring on stage: Noah Okafor' }).click();
  await watcher.client.until(({ roleChanged }) => roleChanged);
  // Who is given the word needs no hand any more.
  await tileOf(host, watcher).waitFor();
  await expect.poll(() => hands.getByRole('listitem').count()).toBe(1);
  await host.setViewportSize({ width: 360, height: 740 });
  await expect.poll(() => host.evaluate('document.documentElement.scrollWidth')).toBe(360);
  expect(await violations(host)).toEqual([]);
  await host.setViewportSize({ width: 1280, height: 800 });

  await hands.getByRole('button', { name: 'Lower the hand of Ida Berg' }).click();
  await hands.waitFor({ state: 'detached' });
  await expect.poll(() => host.getByTestId('hand-count').count()).toBe(0);
  await expect.poll(() => host.getByTestId('raised-hand').count()).toBe(0);
});

test('a host makes somebody co-host, who keeps order then, and takes that back', async () => {
  const { id } = await site.api.createMeeting({ title: 'Design review' });
  const host = await visit(id, 'Mara Lindqvist', 'host');
  const helper = await visit(id, 'Noah Okafor', 'panelist', { viewport: { width: 700, height: 700 } });
  for (const page of [host, helper]) await openPeople(page);
  // Two are found at a glance.
  await expect.poll(() => host.getByTestId('find-person').count()).toBe(0);
  await expect.poll(() => helper.getByTestId('mute-all').count()).toBe(0);
  const choose = async (item: string) => {
    await host
      .getByRole('button', { name: 'More about Noah Okafor' })
      .and(host.getByTestId('person-menu'))
      .press('Enter');
    await host.getByTestId(item).press('Enter');
  };
  await choose('make-cohost');
  await helper.getByTestId('mute-all').waitFor();
  await host.getByTestId('people').getByText('Co-host').waitFor();
  await choose('remove-cohost');
  await helper.getByTestId('mute-all').waitFor({ state: 'detached' });
});

test('a host writes to somebody in the audience, and nobody else reads it', async () => {
  const { id } = await site.api.createMeeting({ title: 'All hands', mode: 'webinar' });
  const watcher = await visit(id, 'Noah Okafor', 'attendee', { viewport: { width: 360, height: 740 } });
  const third = await visit(id, 'Ida Berg', 'panelist', { viewport: { width: 700, height: 700 } });
  const host = await visit(id, 'Mara Lindqvist', 'host');
  const write = async (text: string) => {
    await host.getByTestId('chat-text').fill(text);
    await host.getByTestId('chat-text').press('Enter');
    await host.getByTestId('message').filter({ hasText: text }).waitFor();
  };
  for (const page of [watcher, third, host]) await page.getByTestId('toggle-chat').click();

  await host.getByTestId('chat-recipient').selectOption({ label: 'Find somebody…' });
  // Nothing goes to everybody because nobody was chosen yet.
  await expect.poll(() => host.getByTestId('chat-send').isDisabled()).toBe(true);
  await host.getByTestId('find-person').fill('okafor');
  await host.getByTestId('found-recipients').getByRole('button', { name: 'Noah Okafor' }).waitFor();
  expect(await violations(host)).toEqual([]);
  await host.getByTestId('found-recipients').getByRole('button', { name: 'Noah Okafor' }).click();
  await write('Can you hear us well?');
  await watcher.getByTestId('message').filter({ hasText: 'Can you hear us well?' }).getByText('to you').waitFor();

  await openPeople(host);
  await host.getByTestId('attendees').getByTestId('person-menu').press('Enter');
  await host.getByTestId('write-to').press('Enter');
  await host.locator('[data-testid=chat-text]:focus').waitFor();
  await write('You may ask at the end.');
  await watcher.getByTestId('message').filter({ hasText: 'You may ask' }).getByText('to you').waitFor();

  await host.getByTestId('chat-recipient').selectOption('everyone');
  await write('We begin.');
  for (const page of [watcher, third]) await page.getByTestId('message').filter({ hasText: 'We begin.' }).waitFor();
  await expect.poll(() => third.getByTestId('message').count()).toBe(1);
});

test('who talks is marked, and the speaker view follows them', async () => {
  const { id } = await site.api.createMeeting({ title: 'Debate' });
  const viewport = { width: 400, height: 700 };
  const ada = await visit(id, 'Ada', 'panelist', { viewport });
  const ben = await visit(id, 'Ben', 'panelist', { viewport });
  const host = await visit(id, 'Mara Lindqvist', 'host');
  const talks = (page: Page, on: boolean) => page.evaluate(`window.talks = ${on}`);
  const speaking = () => host.locator('[data-testid=tile][data-speaking=true]').allTextContents();

  await talks(ada, true);
  await expect.poll(speaking, patient).toEqual([expect.stringContaining('Ada')]);
  await talks(ada, false);
  await expect.poll(speaking, patient).toEqual([]);

  await host.keyboard.press('l');
  const focus = host.getByTestId('speaker-view').locator('[data-large=true]');
  for (const [talker, listener, name] of [
    [ben, ada, 'Ben'],
    [ada, ben, 'Ada'],
  ] as const) {
    await talks(listener, false);
    await talks(talker, true);
    await expect.poll(() => focus.textContent(), patient).toContain(name);
    await expect.poll(speaking, patient).toEqual([expect.stringContaining(name)]);
  }
});
