import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { violationsByDayAndNight } from '../src/testing/accessibility.ts';
import { smallPicture, useCamera } from '../src/testing/attendance.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { growthOf, paintedFrames } from '../src/testing/moving-pictures.ts';
import { paintCamera, shoot, withScreenshots } from '../src/testing/screenshots.ts';
import { siteForTests } from '../src/testing/site.ts';
import { descendants } from './fixtures/processes.ts';

/** A busy machine takes its time. */
const patient = { timeout: 20_000 };
/** Who is only lost is kept for half a minute. */
const atOnce = { timeout: 10_000 };

// For the documentation as many as there are.
const site = siteForTests(withScreenshots ? {} : { regions: ['eu-central-1', 'ap-southeast-2'] });

interface Visitor extends BrowserContextOptions {
  name: string;
  from: string;
}

async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await site.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  return context.newPage();
}

async function enter(page: Page, { name, from }: Visitor): Promise<void> {
  await page.getByTestId('join-name').fill(name);
  await page.getByTestId('join-from').selectOption(from);
  await page.getByTestId('join-button').click();
  await page.locator('[data-testid=tile][data-kind=self] video').waitFor();
}

/** Creates a meeting through the home page and joins it; returns the page and the link to share. */
async function host(visitor: Visitor, page: Page): Promise<string> {
  await page.goto(site.url);
  await page.getByLabel('Title (optional)').fill('Design review');
  await page.getByTestId('create-meeting').click();
  await page.getByTestId('join-name').waitFor();
  const link = page.url();
  await enter(page, visitor);
  return link;
}

/** As the browser's own button does. Nobody is to wait for where it leads, which is not sure. */
function back(page: Page): Promise<void> {
  return page.evaluate(() => history.back());
}

async function seesOthersMove(page: Page): Promise<void> {
  await expect.poll(() => paintedFrames(page), patient).toBeGreaterThan(0);
  await expect
    .poll(
      growthOf(() => paintedFrames(page)),
      patient,
    )
    .toBeGreaterThan(10);
}

async function moves(page: Page): Promise<boolean> {
  const before = await paintedFrames(page);
  await page.waitForTimeout(1_000);
  return (await paintedFrames(page)) > before;
}

/** What one is told of a lost connection. */
const lostNotice = (page: Page) => page.getByText('Sound and picture may go on meanwhile');

async function expectAccessible(page: Page, what: string): Promise<void> {
  expect(await violationsByDayAndNight(page), what).toEqual([]);
}

/** Runs in the page: receivers wait for `window.addedDelayMs`, whatever they are told. */
const addDelayLater = `{
  const { prototype } = RTCRtpReceiver;
  const { set, get } = Object.getOwnPropertyDescriptor(prototype, 'jitterBufferTarget');
  Object.defineProperty(prototype, 'jitterBufferTarget', {
    get,
    set(target) { set.call(this, window.addedDelayMs ?? target); },
  });
}`;

const mara: Visitor = { name: 'Mara Lindqvist', from: 'eu-central-1' };
const noah: Visitor = { name: 'Noah Okafor', from: 'ap-southeast-2' };

/** The meeting of the tests below, which go on where the one before ended. */
let frankfurt: Page;
let sydney: Page;

beforeAll(async () => {
  [frankfurt, sydney] = await Promise.all([newPage({ reducedMotion: 'reduce' }), newPage()]);
  await Promise.all([frankfurt, sydney].map((page) => page.addInitScript(useCamera, smallPicture)));
  await sydney.addInitScript(addDelayLater);
  await host(mara, frankfurt);
  await sydney.goto(`${frankfurt.url()}?debug`);
  await enter(sydney, noah);
});

test('two people in Frankfurt and Sydney meet in the browser, see each other, and learn how', async () => {
  await Promise.all([seesOthersMove(frankfurt), seesOthersMove(sydney)]);
  await expect.poll(() => frankfurt.getByTestId('participant-count').textContent()).toBe('2');
  await expect.poll(() => sydney.title()).toBe('Design review · Canopy');

  await sydney.getByTestId('tile-path-button').click();
  const path = () => sydney.getByTestId('tile-path').getAttribute('data-path');
  await expect.poll(path).toMatch(/^eu-central-1,(.+,)?ap-southeast-2$/);
  await sydney.keyboard.press('Escape');
});

test('the delay from capture to playing is measured for each track, and a longer buffer shows in it', async () => {
  await sydney.getByTestId('toggle-statistics').click();
  const delayOf = async (source: string) => {
    const track = sydney.locator(`[data-testid=statistics-track][data-measured=true][data-source=${source}]`);
    return (await track.count()) === 0 ? undefined : Number(await track.first().getAttribute('data-latency'));
  };
  const sources = ['camera', 'microphone'];
  let before: (number | undefined)[] = [];
  const measured = async () => {
    before = await Promise.all(sources.map(delayOf));
    // Over loopback: more is what a busy machine adds for a moment.
    return before.every((delay) => delay !== undefined && delay > 0 && delay < 1_000);
  };
  await expect.poll(measured, { timeout: 30_000 }).toBe(true);
  await sydney.evaluate('window.addedDelayMs = 1500');
  for (const [index, source] of sources.entries()) {
    // Sound is stretched to fill its buffer, little by little.
    await expect.poll(() => delayOf(source), { timeout: 60_000 }).toBeGreaterThan((before[index] ?? 0) + 500);
  }
  await sydney.evaluate('delete window.addedDelayMs');
  await sydney.getByTestId('toggle-statistics').click();
});

test('the meeting room and what opens in it are accessible, by day and by night', async () => {
  await expectAccessible(frankfurt, 'the room');
  const people = frankfurt.getByTestId('participant-count');
  await people.click();
  const panel = frankfurt.getByRole('complementary', { name: 'Participants' });
  await panel.waitFor();
  await expectAccessible(frankfurt, 'who is there');
  await panel.getByRole('button', { name: 'Close participants' }).press('Enter');
  await panel.waitFor({ state: 'detached' });
  await expect.poll(() => frankfurt.evaluate('document.activeElement?.textContent')).toContain('Participants');
  await frankfurt.getByTestId('toggle-plan').click();
  await frankfurt.getByTestId('cascade').first().waitFor();
  await expectAccessible(frankfurt, 'how it travels');
  await frankfurt.getByTestId('leave-menu').click();
  await frankfurt.getByTestId('end-for-everyone').waitFor();
  await expectAccessible(frankfurt, 'the ways to leave');
  await frankfurt.keyboard.press('Escape');
  await frankfurt.getByTestId('toggle-plan').click();
});

test('a camera that is switched off disappears for the others, and comes back', async () => {
  const picture = frankfurt.locator('[data-testid=tile][data-kind=remote] video');
  await sydney.getByTestId('toggle-camera').click();
  await picture.waitFor({ state: 'detached' });
  await sydney.getByTestId('toggle-camera').click();
  await picture.waitFor();
  await seesOthersMove(frankfurt);
});

test('a control plane that is killed and comes back costs nobody the meeting', async () => {
  const [replica] = site.mesh.replicas;
  replica?.kill('SIGKILL');
  for (const page of [frankfurt, sydney]) await lostNotice(page).waitFor();
  await seesOthersMove(frankfurt);
  await replica?.restart();
  for (const page of [frankfurt, sydney]) await lostNotice(page).waitFor({ state: 'detached' });
  const picture = frankfurt.locator('[data-testid=tile][data-kind=remote] video');
  await sydney.getByTestId('toggle-camera').click();
  await picture.waitFor({ state: 'detached' });
  await sydney.getByTestId('toggle-camera').click();
  await picture.waitFor();
});

test('an edge that is killed and comes back is joined again, and everybody sees everybody', async () => {
  await Promise.all([seesOthersMove(frankfurt), seesOthersMove(sydney)]);
  const edge = site.mesh.edges.find(({ region }) => region === 'ap-southeast-2');
  edge?.kill('SIGKILL');
  await edge?.restart();
  for (const page of [frankfurt, sydney]) await expect.poll(() => moves(page), { timeout: 40_000 }).toBe(true);
});

/** Runs in the page: notes how long each loss of the connection lasts, and when the person is told. */
const noteLapses = `{
  window.lapses = [];
  window.canopy.events.on('connectionChanged', (state) => {
    if (state === 'reconnecting') window.lapses.push({ lostAt: performance.now() });
    const lapse = window.lapses.at(-1);
    if (state === 'connected' && lapse !== undefined) lapse.backAt = performance.now();
  });
  const look = () => {
    const told = document.body.textContent.includes('Sound and picture may go on meanwhile');
    if (told && window.lapses.length > 0) window.lapses.at(-1).toldAt ??= performance.now();
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
}`;

interface Lapse {
  lostAt: number;
  toldAt?: number;
  backAt?: number;
}

test('of a network that is gone one is told calmly, and only once that has lasted a second', async () => {
  await Promise.all([seesOthersMove(frankfurt), seesOthersMove(sydney)]);
  await sydney.evaluate(noteLapses);
  const lapses = (): Promise<Lapse[]> => sydney.evaluate('window.lapses');
  // The last of perhaps several: a busy machine may lose the connection for a moment at any time.
  const isLost = async () => {
    const last = (await lapses()).at(-1);
    return last !== undefined && last.backAt === undefined;
  };
  const offline = (is: boolean) => sydney.context().setOffline(is);

  await offline(true);
  await expect.poll(isLost, { ...patient, interval: 10 }).toBe(true);
  await offline(false);
  await expect.poll(isLost, patient).toBe(false);
  await seesOthersMove(sydney);
  await offline(true);
  await lostNotice(sydney).waitFor();
  await seesOthersMove(sydney);
  await offline(false);
  await lostNotice(sydney).waitFor({ state: 'detached' });
  await expect.poll(isLost, patient).toBe(false);

  const told = (await lapses()).flatMap(({ lostAt, toldAt }) => (toldAt === undefined ? [] : [toldAt - lostAt]));
  expect(Math.min(...told)).toBeGreaterThanOrEqual(1_000);
  await expect.poll(() => frankfurt.locator('[data-testid=tile][data-kind=remote]').count()).toBe(1);
  await Promise.all([seesOthersMove(frankfurt), seesOthersMove(sydney)]);
});

interface Laptop extends AsyncDisposable {
  page: Page;
  sleep(): void;
  wake(): void;
}

/** A browser all of whose processes stop and go on together. */
async function openLaptop(): Promise<Laptop> {
  const own = await launchChromium();
  const session = await own.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const main = processInfo.find(({ type }) => type === 'browser');
  if (main === undefined) throw new Error('a browser without a process');
  const signal = (name: NodeJS.Signals) => {
    for (const pid of [main.id, ...descendants(main.id)]) process.kill(pid, name);
  };
  const wake = () => signal('SIGCONT');
  const page = await own.newPage({ viewport: { width: 1280, height: 800 } });
  await page.addInitScript(useCamera, smallPicture);
  const close = async () => {
    wake();
    await own.close();
  };
  return { page, sleep: () => signal('SIGSTOP'), wake, [Symbol.asyncDispose]: close };
}

test('a laptop that slept until the others had given it up is back by itself when it wakes, and there once', async () => {
  await using laptop = await openLaptop();
  await laptop.page.goto(frankfurt.url());
  await enter(laptop.page, { name: 'Ida Berg', from: 'eu-central-1' });
  const others = frankfurt.locator('[data-testid=tile][data-kind=remote]');
  const ida = others.filter({ hasText: 'Ida Berg' });
  await ida.locator('video').waitFor();
  await expect.poll(() => others.count(), patient).toBe(2);

  laptop.sleep();
  await ida.getByText('Reconnecting').waitFor({ timeout: 40_000 });
  await ida.waitFor({ state: 'detached', timeout: 60_000 });
  laptop.wake();
  await ida.locator('video').waitFor({ timeout: 30_000 });
  await seesOthersMove(laptop.page);
  await lostNotice(laptop.page).waitFor({ state: 'detached' });
  for (const page of [frankfurt, sydney, laptop.page]) {
    await expect.poll(() => page.getByTestId('participant-count').textContent(), patient).toBe('3');
    await expect.poll(() => page.locator('[data-testid=tile]').filter({ hasText: 'Ida Berg' }).count()).toBe(1);
  }
  const frames = () =>
    ida
      .locator('video')
      .evaluate((video) => video instanceof HTMLVideoElement && video.getVideoPlaybackQuality().totalVideoFrames);
  await expect.poll(frames, patient).toBeGreaterThan(10);
  await laptop.page.getByTestId('leave-button').click();
  await ida.waitFor({ state: 'detached' });
});

test('who leaves is gone for the others at once, and may come back', async () => {
  const remote = frankfurt.locator('[data-testid=tile][data-kind=remote]');
  await sydney.getByTestId('leave-button').click();
  await sydney.getByText('You left the meeting').waitFor();
  await remote.waitFor({ state: 'detached', ...atOnce });
  await sydney.getByRole('button', { name: 'Rejoin' }).click();
  await remote.getByText(noah.name).waitFor();
});

test('who presses a button of the browser by accident is asked first, and stays', async () => {
  const remote = sydney.locator('[data-testid=tile][data-kind=remote]');
  await frankfurt.locator('main').click({ position: { x: 1, y: 1 } });
  const question = frankfurt.waitForEvent('dialog');
  await frankfurt.evaluate(() => setTimeout(() => location.reload()));
  await (await question).dismiss();
  await back(frankfurt);
  await frankfurt.getByTestId('leave-dialog').waitFor();
  await expectAccessible(frankfurt, 'the question before leaving');
  await frankfurt.getByRole('button', { name: 'Stay' }).click();
  await frankfurt.getByTestId('leave-dialog').waitFor({ state: 'detached' });
  await remote.waitFor();

  // To go to another page of the app is to leave.
  await back(frankfurt);
  await frankfurt.getByTestId('confirm-leave').click();
  await frankfurt.getByTestId('create-meeting').waitFor();
  await remote.waitFor({ state: 'detached', ...atOnce });
  await frankfurt.goForward();
  await enter(frankfurt, mara);
  await remote.waitFor();
});

test('the host ends the meeting for everyone', async () => {
  await expect.poll(() => sydney.getByTestId('leave-menu').count()).toBe(0);
  await frankfurt.getByTestId('leave-menu').click();
  await frankfurt.getByTestId('end-for-everyone').click();
  await frankfurt.getByTestId('end-dialog').waitFor();
  await expectAccessible(frankfurt, 'the question before the end');
  await frankfurt.getByTestId('confirm-end').click();
  await Promise.all([frankfurt, sydney].map((page) => page.getByText('This meeting has ended').waitFor()));
});

test.runIf(withScreenshots)('pictures for the documentation', async () => {
  // Who met above would show on the map, and costs what the pictures need.
  await Promise.all(site.browser.contexts().map((context) => context.close()));
  const painted = async (hue: number, options: BrowserContextOptions = {}) => {
    const page = await newPage(options);
    await paintCamera(page, hue);
    return page;
  };

  const home = await painted(0);
  await home.goto(site.url);
  await home.getByText('Frankfurt').waitFor();
  await shoot(home, 'home', { fullPage: true });

  const frankfurt = await painted(205);
  const link = await host(mara, frankfurt);
  const door = await painted(285);
  await door.goto(link);
  await door.getByTestId('join-name').fill('Júlia Ferreira');
  await door.getByTestId('join-from').selectOption('sa-east-1');
  await door.getByLabel('Your camera', { exact: true }).waitFor();
  await expect.poll(() => door.evaluate(`document.querySelector('video')?.videoWidth ?? 0`)).toBeGreaterThan(0);
  await shoot(door, 'pre-join', { fullPage: true });
  await door.close();

  const sydney = await painted(30, { colorScheme: 'dark' });
  await sydney.goto(link);
  await enter(sydney, noah);
  const phone = await painted(285, { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true });
  await phone.goto(link);
  await enter(phone, { name: 'Júlia Ferreira', from: 'sa-east-1' });
  for (const page of [frankfurt, sydney, phone]) {
    await page.locator('[data-testid=tile][data-kind=remote] video').nth(1).waitFor();
    await seesOthersMove(page);
  }
  await expect.poll(() => paintedFrames(frankfurt), { timeout: 15_000 }).toBeGreaterThan(120);
  await shoot(frankfurt, 'meeting', { fullPage: true });
  await shoot(sydney, 'meeting-dark', { fullPage: true });
  await shoot(phone, 'meeting-phone', { fullPage: true });

  await sydney.getByTestId('tile-path-button').first().click();
  await sydney.getByTestId('tile-path').locator('svg').first().waitFor();
  await shoot(sydney, 'path', { fullPage: true });
  await frankfurt.getByTestId('toggle-plan').click();
  await frankfurt.getByTestId('plan-node').first().waitFor();
  await shoot(frankfurt, 'plan', { fullPage: true });

  const operators = await newPage({ viewport: { width: 1280, height: 960 } });
  await operators.goto(`${site.url}/mesh`);
  await operators.getByTestId('plan-node').first().waitFor();
  await shoot(operators, 'mesh', { fullPage: true });
});
