import { Api, TrackSource } from '@canopy/client';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { camera, joinWith } from '../../control-plane/src/testing/media.ts';
import { SignalClient } from '../../control-plane/src/testing/signal-client.ts';
import { type Mesh, startMesh } from '../src/index.ts';
import { violationsByDayAndNight } from '../src/testing/accessibility.ts';
import { keepConnections } from '../src/testing/attendance.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { paintCamera, shoot, withScreenshots } from '../src/testing/screenshots.ts';

let mesh: Mesh;
let browser: Browser;
let api: Api;

beforeAll(async () => {
  [mesh, browser] = await Promise.all([
    startMesh({ regions: ['eu-central-1', 'eu-central-1'], workers: 1 }),
    launchChromium(),
  ]);
  api = new Api({ url: mesh.url });
});

afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
});

interface Visit {
  page: Page;
  /** Tracks that the page has asked for last, with a size: its pictures. */
  pictures: () => string[];
  /** How large all of them are together. */
  pixels: () => number;
}

async function visit(meetingId: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 700, height: 560 },
    reducedMotion: 'reduce',
    ...options,
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.addInitScript(keepConnections);
  if (withScreenshots) await paintCamera(page, 205);
  let wants: { trackId: string; width?: number; height?: number }[] = [];
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const { subscribe } = JSON.parse(String(payload));
      if (subscribe !== undefined) wants = subscribe.wants ?? [];
    }),
  );
  await page.goto(`${mesh.url}/m/${meetingId}?role=host`);
  await page.getByTestId('join-name').fill('Mara Lindqvist');
  await enter(page);
  return {
    page,
    pictures: () => wants.filter(({ width }) => (width ?? 0) > 0).map(({ trackId }) => trackId),
    pixels: () => wants.reduce((sum, { width = 0, height = 0 }) => sum + width * height, 0),
  };
}

async function enter(page: Page): Promise<void> {
  await page.getByTestId('join-button').click();
  await page.locator('[data-testid=tile][data-kind=self]').waitFor();
}

/** Somebody without a browser. */
async function arrive(meetingId: string, name: string, role: 'panelist' | 'attendee') {
  const { token } = await api.createToken(meetingId, { name, role });
  const client = await SignalClient.open(new URL(mesh.url).host);
  onTestFinished(() => client.cut());
  const { joined, error } = await client.ask({ join: joinWith(token) });
  if (joined === undefined) throw new Error(`${name} did not join: ${error?.code}`);
  return { client, joined };
}

/** Somebody with a camera of which nothing is sent: what they cost is what the page asks for. */
async function guest(meetingId: string, name: string): Promise<SignalClient> {
  const { client } = await arrive(meetingId, name, 'panelist');
  const { published } = await client.ask({ publish: camera });
  if (published === undefined) throw new Error(`${name} has no camera`);
  return client;
}

/** Runs in the page: a machine without a display has no screen to share, so a canvas stands for it, and a tone for its sound. */
function paintScreen(): void {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
  const context = canvas.getContext('2d');
  let hue = 0;
  setInterval(() => {
    if (context === null) return;
    hue += 10;
    context.fillStyle = `hsl(${hue} 60% 50%)`;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }, 200);
  navigator.mediaDevices.getDisplayMedia = async () => {
    const audio = new AudioContext();
    const sound = audio.createMediaStreamDestination();
    const tone = new OscillatorNode(audio);
    tone.connect(sound);
    tone.start();
    const stream = new MediaStream([...canvas.captureStream(10).getTracks(), ...sound.stream.getTracks()]);
    Reflect.set(window, 'screenTracks', stream.getTracks());
    return stream;
  };
}

/** Runs in the page: a browser without a display shows all its pages. */
function turnAway(away: boolean): void {
  Object.defineProperty(document, 'hidden', { value: away, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}

const names = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eva', 'Finn', 'Gil', 'Hana', 'Ivo', 'Jana', 'Kai', 'Lea', 'Mo', 'Nina'];

async function meeting(guests: number): Promise<string> {
  const { id } = await api.createMeeting({ title: 'Design review' });
  for (const name of names.slice(0, guests)) await guest(id, name);
  return id;
}

async function openSettings(page: Page): Promise<void> {
  await page.getByTestId('open-settings').click();
  await page.getByTestId('settings').waitFor();
}

/** How wide the page is, and what scrolls within it: nothing should sideways. */
function widest(page: Page): Promise<number> {
  return page.evaluate(() =>
    Math.max(
      document.documentElement.scrollWidth,
      ...[...document.querySelectorAll('aside *:not(svg *), [role=dialog] *:not(svg *)')].map(
        (element) => element.getBoundingClientRect().right,
      ),
    ),
  );
}

test('a grid turns its pages by button and by key, and pays for no page but the one it shows', async () => {
  const { page, pictures, pixels } = await visit(await meeting(14));
  const shown = page.locator('[data-testid=tile][data-kind=remote]');
  await page.getByText('Page 1 of 2').waitFor();
  await expect.poll(async () => pictures().length === (await shown.count())).toBe(true);
  const first = pictures();
  await page.getByTestId('next-page').press('Enter');
  await page.getByText('Page 2 of 2').waitFor();
  // It leads nowhere now, and keeps the focus.
  await page.locator('[data-testid=next-page][aria-disabled=true]:focus').waitFor();
  await expect.poll(async () => pictures().length === (await shown.count())).toBe(true);
  expect(pictures().filter((trackId) => first.includes(trackId))).toEqual([]);
  await page.keyboard.press('PageUp');
  await page.getByText('Page 1 of 2').waitFor();
  await expect.poll(() => pictures().sort()).toEqual(first.sort());
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByText('Page 1 of 2').waitFor({ state: 'detached' });
  await shoot(page, 'grid');

  // Nobody looks for a while.
  await expect.poll(() => pictures().length).toBe(14);
  await page.evaluate(turnAway, true);
  await expect.poll(pictures, { timeout: 20_000 }).toEqual([]);
  await page.evaluate(turnAway, false);
  await expect.poll(() => pictures().length).toBe(14);

  await openSettings(page);
  await page.getByTestId('audio-only').check();
  await expect.poll(pictures).toEqual([]);
  await page.getByTestId('audio-only').uncheck();
  await expect.poll(() => pictures().length).toBe(14);
  // Each side is half as long, rounded up.
  const before = pixels();
  await page.getByTestId('saver').check();
  await expect.poll(() => pixels() / before).toBeLessThan(0.5);
  expect(pictures()).toHaveLength(14);
  // That is a habit.
  await page.reload();
  await enter(page);
  await openSettings(page);
  expect(await page.getByTestId('saver').isChecked()).toBe(true);
});

test('a pin is for oneself, a spotlight for everybody', async () => {
  const id = await meeting(3);
  const eva = await guest(id, 'Eva');
  const { page } = await visit(id, { viewport: { width: 1100, height: 700 } });
  const focus = page.getByTestId('speaker-view').locator('[data-testid=tile]').first();
  const act = async (name: string, action: string) => {
    await page.getByRole('button', { name: `More about ${name}` }).click();
    await page.getByTestId(action).click();
  };
  await act('Ben', 'pin');
  await expect.poll(() => focus.textContent()).toContain('Ben');
  await act('Cleo', 'spotlight');
  await eva.untilEvent(({ participantUpdated: who }) => who?.name === 'Cleo' && who.spotlight === true);
  expect(await focus.textContent()).toContain('Ben');
  await act('Ben', 'pin');
  await expect.poll(() => focus.textContent()).toContain('Cleo');
  // Whoever wants to see everybody alike does, until something else takes the stage.
  await page.getByRole('button', { name: 'Show everybody' }).click();
  await page.getByTestId('speaker-view').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Show large again what takes the stage' }).click();
  await expect.poll(() => focus.textContent()).toContain('Cleo');
  await page.keyboard.press('l');
  await page.getByTestId('speaker-view').waitFor({ state: 'detached' });
  await act('Cleo', 'spotlight');
  await page.getByRole('button', { name: 'Show whoever speaks' }).waitFor();
  await page.getByTestId('speaker-view').waitFor({ state: 'detached' });
  await page.keyboard.press('l');
  await page.getByTestId('speaker-view').waitFor();
  await shoot(page, 'speaker-view');
});

test('keys can be looked up, changed and turned off', async () => {
  const { page } = await visit(await meeting(0));
  const microphone = () => page.getByTestId('toggle-microphone').getAttribute('data-on');
  await page.keyboard.press('m');
  await expect.poll(microphone).toBe('false');
  await page.keyboard.press('?');
  // They are far below in the settings.
  await page.locator('[data-testid=shortcuts]:focus').waitFor();
  const inSight = () =>
    page.getByTestId('shortcuts-on').evaluate((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    });
  await expect.poll(inSight).toBe(true);
  await page.getByTestId('key-toggleMicrophone').click();
  await page.keyboard.press('x');
  await page.getByTestId('close-settings').click();
  await page.getByTestId('settings').waitFor({ state: 'detached' });
  await page.keyboard.press('m');
  await page.keyboard.press('x');
  await expect.poll(microphone).toBe('true');
  await openSettings(page);
  await page.getByTestId('shortcuts-on').uncheck();
  await page.getByTestId('language').selectOption('de');
  await page.getByRole('heading', { name: 'Einstellungen' }).waitFor();
  await page.getByTestId('close-settings').click();
  await page.getByTestId('settings').waitFor({ state: 'detached' });
  await page.keyboard.press('x');
  await page.getByRole('button', { name: 'Einstellungen' }).waitFor();
  await expect.poll(microphone).toBe('true');
});

/** How many rows the toolbar has. */
function rows(page: Page): Promise<number> {
  return page.getByRole('toolbar').evaluate((toolbar) => {
    const boxes = [...toolbar.querySelectorAll('button')].map((button) => button.getBoundingClientRect());
    return new Set(boxes.filter(({ width }) => width > 0).map(({ top }) => top)).size;
  });
}

const focused = (page: Page) => page.locator(':focus').getAttribute('data-testid');

test('a narrow bar keeps one row: what is needed less often opens from it in words, by key as well', async () => {
  const { page } = await visit(await meeting(0));
  // Nothing has a wider bar than a host who records.
  await page.getByTestId('toggle-recording').click();
  await page.getByTestId('pause-recording').waitFor();
  const all = ['react', 'toggle-screen', 'pause-recording', 'toggle-recording', 'small-window', 'invite'];
  const shown = async () => {
    const seen = await Promise.all(all.map((each) => page.getByTestId(each).isVisible()));
    return seen.filter(Boolean).length;
  };
  for (const [width, out] of [
    [673, all.length],
    [672, 0],
    [360, 0],
    [320, 0],
  ] as const) {
    await page.setViewportSize({ width, height: 740 });
    await expect.poll(shown, { message: `${width}` }).toBe(out);
    expect(await rows(page), `${width}`).toBe(1);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  }
  await page.getByTestId('more-controls').press('Enter');
  await expect.poll(shown).toBe(all.length);
  expect(await violationsByDayAndNight(page)).toEqual([]);
  for (const each of all) {
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe(each);
  }
  // What was done puts them away: another one takes its place, or what opened needs the room.
  await page.keyboard.press('Enter');
  await page.getByTestId('links').waitFor();
  await expect.poll(shown).toBe(0);
  await page.keyboard.press('Escape');
  await page.locator('[data-testid=more-controls]:focus').waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('pause-recording').press('Enter');
  await expect.poll(shown).toBe(0);
  expect(await focused(page)).toBe('more-controls');
  await page.keyboard.press('Enter');
  await page.getByTestId('invite').focus();
  // Where a hint is shown, the first one puts that away.
  const closed = async () => {
    await page.keyboard.press('Escape');
    return await shown();
  };
  await expect.poll(closed).toBe(0);
  expect(await focused(page)).toBe('more-controls');
  await page.keyboard.press('Enter');
  await expect.poll(shown).toBe(all.length);
  await expect.poll(closed).toBe(0);
  await page.keyboard.press('Enter');
  await expect.poll(shown).toBe(all.length);
  await page.getByTestId('toggle-chat').click();
  await expect.poll(shown).toBe(0);

  // Another width takes nothing from under a key.
  await page.setViewportSize({ width: 673, height: 740 });
  await page.getByTestId('small-window').press('Tab');
  await page.setViewportSize({ width: 672, height: 740 });
  await page.getByTestId('more-controls').waitFor();
  expect(await focused(page)).toBe('invite');
  await expect.poll(closed).toBe(0);
  await page.setViewportSize({ width: 673, height: 740 });
  await expect.poll(shown).toBe(all.length);
  expect(await focused(page)).toBe('more-controls');
});

test('a phone shows all of it, for everybody to use, by day and by night', async () => {
  const { page } = await visit(await meeting(4), { viewport: { width: 360, height: 740 } });
  await page.getByTestId('tile').nth(1).waitFor();
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  expect(await violationsByDayAndNight(page)).toEqual([]);
  for (const panel of ['chat', 'questions', 'polls', 'breakouts', 'plan', 'statistics']) {
    const isSeldom = panel === 'plan' || panel === 'statistics';
    if (isSeldom) await page.getByTestId('more').click();
    await page.getByTestId(`${isSeldom ? 'more' : 'toggle'}-${panel}`).click();
    await page.getByRole('complementary').waitFor();
    expect(await widest(page), panel).toBeLessThanOrEqual(360);
  }
  await expect.poll(() => page.getByTestId('statistics').textContent(), { timeout: 15_000 }).toContain('bit/s');
  expect(await violationsByDayAndNight(page)).toEqual([]);
  await page.getByTestId('participant-count').click();
  await page.getByTestId('people').waitFor();
  expect(await widest(page), 'people').toBeLessThanOrEqual(360);
  await page.getByTestId('more').click();
  await page.getByTestId('more-settings').click();
  await page.getByTestId('settings').waitFor();
  expect(await widest(page), 'settings').toBeLessThanOrEqual(360);
  expect(await violationsByDayAndNight(page)).toEqual([]);
});

test('a phone held sideways shows what is large as large as it can, and whole', async () => {
  const { page } = await visit(await meeting(14), { viewport: { width: 740, height: 360 } });
  await page.getByTestId('next-page').click();
  await page.getByText('Page 2 of').waitFor();
  await page.getByTestId('tile-menu').first().click();
  await page.getByTestId('pin').click();
  const large = page.getByTestId('speaker-view').locator('[data-testid=tile]').first();
  await large.waitFor();
  // Beside it one begins at the first page, where oneself is.
  await page.getByText('Page 1 of').waitFor();
  // Whole, and of all the height that the stage has.
  const heights = async () => {
    const stage = page.getByTestId('speaker-view');
    const [tile, room] = await Promise.all([large.boundingBox(), stage.boundingBox()]);
    if (tile === null || room === null) return 'nothing is large';
    const below = tile.y + tile.height - room.y - room.height;
    return tile.y < room.y || below > 0 ? 'cut through' : Math.round((10 * tile.height) / room.height);
  };
  for (const [width, height] of [
    [740, 360],
    [780, 340],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expect.poll(heights, { message: `${width}` }).toBe(10);
  }
});

test('who shares a screen in a webinar is told how many of the audience see it, and how many have a weak connection', async () => {
  const { id } = await api.createMeeting({ title: 'All hands', mode: 'webinar' });
  const { page } = await visit(id);
  await page.evaluate(paintScreen);
  await page.getByTestId('toggle-screen').click();
  await page.getByTestId('share-text').click();
  await page.getByTestId('screen-view').waitFor();
  for (const [index, name] of names.slice(0, 3).entries()) {
    const { client, joined } = await arrive(id, name, 'attendee');
    const screen = joined.meeting?.tracks.find(({ source }) => source === TrackSource.SCREEN)?.id ?? '';
    await client.ask({ reportReception: { networkQuality: 2 + index, seesTrackId: index < 2 ? screen : '' } });
  }
  await page.getByText('2 of 3 see your screen').waitFor();
  await page.getByTestId('who-sees').click();
  await page.getByText('Your audience is counted, not named.').waitFor();
  await page.getByText('The connection of 1 person here is weak.').waitFor();
  expect(await violationsByDayAndNight(page)).toEqual([]);
});

test('who shares a screen is told how many see it, and who, whatever else is shared; it is heard as long as it is seen', async () => {
  const id = await meeting(0);
  const [{ page: presenter }, { page: viewer }] = [await visit(id), await visit(id)];
  await presenter.evaluate(paintScreen);
  await presenter.getByTestId('toggle-screen').click();
  await presenter.getByTestId('share-text').click();
  const screen = viewer.getByTestId('screen-view').locator('[data-source=screen]');
  await screen.locator('video').waitFor();
  const sounds = viewer.locator('audio[data-sound=screen]');
  await expect.poll(() => sounds.count()).toBe(1);
  await presenter.getByText('1 of 1 see your screen').waitFor({ timeout: 20_000 });
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
  await viewer.getByText('1 of 1 see your screen').waitFor({ timeout: 20_000 });
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
  const { page: presenter } = await visit(await meeting(0));
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
