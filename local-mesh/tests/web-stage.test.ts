import { expect, test } from 'vitest';
import { arrive, arriveWithCamera, meetingWith } from '../src/testing/guests.ts';
import { enter, hostVisit, openSettings } from '../src/testing/host-visit.ts';
import { shoot } from '../src/testing/screenshots.ts';
import { siteForTests } from '../src/testing/site.ts';

const site = siteForTests({ regions: ['eu-central-1', 'eu-central-1'], workers: 1 });

/** Runs in the page: a browser without a display shows all its pages. */
function turnAway(away: boolean): void {
  Object.defineProperty(document, 'hidden', { value: away, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}

/** Runs in the page: how many pixels of it the tile has. */
function areaOf(tile: Element): number {
  const { width, height } = tile.getBoundingClientRect();
  return width * height;
}

/** Runs in the page: what of a tile is not to be touched or read, because something else stands over it. */
function hiddenIn(tile: Element): string[] {
  return [...tile.querySelectorAll('button, figcaption')].flatMap((part) => {
    const { left, right, top, bottom } = part.getBoundingClientRect();
    const corners = [left + 2, right - 2].map((x) => document.elementFromPoint(x, (top + bottom) / 2));
    return corners.every((seen) => tile.contains(seen)) ? [] : [part.ariaLabel ?? part.textContent];
  });
}

/** Runs in the page: how far what is open stands from the button that opened it. */
function distanceOf(menu: Element): number {
  const { top, bottom } = menu.getBoundingClientRect();
  const button = document.querySelector('[aria-expanded=true]')?.getBoundingClientRect();
  return button === undefined ? Number.NaN : Math.max(top - button.bottom, button.top - bottom);
}

test('of two people the other is large and oneself small, on a phone as well, and a third makes all alike', async () => {
  const id = await meetingWith(site.url, 1);
  const { page } = await hostVisit(site, id);
  const [other, own] = ['remote', 'self'].map((kind) => page.locator(`[data-testid=tile][data-kind=${kind}]`));
  if (other === undefined || own === undefined) throw new Error('there are two');
  const share = async () => (await own.evaluate(areaOf)) / (await other.first().evaluate(areaOf));
  for (const [width, height] of [
    [1280, 800],
    [360, 740],
    [740, 360],
    [700, 560],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expect.poll(share, { message: `${width}` }).toBeLessThan(0.25);
    for (const tile of [other, own])
      await expect.poll(() => tile.evaluate(hiddenIn), { message: `${width}` }).toEqual([]);
  }
  await own.getByTestId('tile-menu').click();
  await page.getByTestId('pin').click();
  await expect.poll(share).toBeGreaterThan(1);
  await own.getByTestId('tile-menu').click();
  await page.getByTestId('pin').click();
  await expect.poll(share).toBeLessThan(0.25);
  await arriveWithCamera(site.url, id, 'Ben');
  await expect.poll(share).toBe(1);
});

test('a grid turns its pages by button and by key, and pays for no page but the one it shows', async () => {
  const { page, pictures, pixels } = await hostVisit(site, await meetingWith(site.url, 14));
  const shown = page.locator('[data-testid=tile][data-kind=remote]');
  await page.getByText('Page 1 of 2').waitFor();
  await expect.poll(async () => pictures().length === (await shown.count())).toBe(true);
  const first = pictures();
  await page.getByTestId('next-page').press('Enter');
  await page.getByText('Page 2 of 2').waitFor();
  // It leads nowhere now, and keeps the focus.
  await page.locator('[data-testid=next-page][aria-disabled=true]:focus').waitFor();
  // As many may have been asked for on the page before.
  await expect.poll(() => pictures().filter((trackId) => first.includes(trackId))).toEqual([]);
  await expect.poll(async () => pictures().length === (await shown.count())).toBe(true);
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
  const id = await meetingWith(site.url, 3);
  const eva = await arriveWithCamera(site.url, id, 'Eva');
  const { page } = await hostVisit(site, id, { viewport: { width: 1100, height: 700 } });
  const focus = page.getByTestId('speaker-view').locator('[data-large=true]');
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
  // Keys come to what is large first, though Cleo came last.
  await page.locator('main').focus();
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'More about Cleo' }).and(page.locator(':focus')).waitFor();
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

test('who uses the menu of a tile goes on with it when somebody is put in the spotlight, and no picture is interrupted', async () => {
  const id = await meetingWith(site.url, 3);
  const moving = { viewport: { width: 1100, height: 700 }, reducedMotion: 'no-preference' } as const;
  const { page } = await hostVisit(site, id, moving);
  const { client: cohost, joined } = await arrive(site.url, id, 'Ida Berg', 'cohost');
  const ida = page.getByTestId('tile').filter({ hasText: 'Ida Berg' });
  await ida.waitFor();
  const own = page.locator('[data-testid=tile][data-kind=self]');
  const picture = await own.locator('video').elementHandle();
  const interruptions = await page.evaluateHandle(() => {
    const heard: string[] = [];
    for (const type of ['pause', 'emptied']) document.addEventListener(type, () => heard.push(type), true);
    return heard;
  });
  await own.getByTestId('tile-menu').press('Enter');
  const item = page.getByRole('dialog').getByTestId('pip');
  await item.focus();
  const isFocused = () => item.evaluate((element) => element === document.activeElement);
  for (const on of [true, false]) {
    await cohost.ask({ setSpotlight: { participantId: joined.participantId, on } });
    await ida.and(page.locator(`[data-large=${on}]`)).waitFor();
    await own.evaluate((tile) => Promise.all(tile.getAnimations().map(({ finished }) => finished)));
    expect(await isFocused()).toBe(true);
    // It went with the tile.
    await expect.poll(() => page.getByRole('dialog').evaluate(distanceOf)).toBeCloseTo(7);
  }
  expect(await picture?.evaluate((video: HTMLVideoElement) => video.isConnected && !video.paused)).toBe(true);
  expect(await interruptions.jsonValue()).toEqual([]);
  await page.keyboard.press('Escape');
  await own.locator('[data-testid=tile-menu]:focus').waitFor();
});

test('a phone held sideways shows what is large as large as it can, and whole', async () => {
  const { page } = await hostVisit(site, await meetingWith(site.url, 14), { viewport: { width: 740, height: 360 } });
  await page.getByTestId('next-page').click();
  await page.getByText('Page 2 of').waitFor();
  await page.getByTestId('tile-menu').first().click();
  await page.getByTestId('pin').click();
  const large = page.getByTestId('speaker-view').locator('[data-large=true]');
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
