import { TrackSource } from '@canopy/client';
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { call } from '../../control-plane/src/testing/api.ts';
import { violationsByDayAndNight } from '../src/testing/accessibility.ts';
import { squareRings } from '../src/testing/focus-rings.ts';
import { meetingWith } from '../src/testing/guests.ts';
import { hostVisit, openSettings } from '../src/testing/host-visit.ts';
import { createMeeting } from '../src/testing/meetings.ts';
import { siteForTests } from '../src/testing/site.ts';

const site = siteForTests({ regions: ['eu-central-1', 'eu-central-1'], workers: 1 });

/** How many rows the toolbar has. */
function rows(page: Page): Promise<number> {
  return page.getByRole('toolbar').evaluate((toolbar) => {
    const boxes = [...toolbar.querySelectorAll('button')].map((button) => button.getBoundingClientRect());
    return new Set(boxes.filter(({ width }) => width > 0).map(({ top }) => top)).size;
  });
}

const microphoneOf = (page: Page) => page.getByTestId('toggle-microphone').getAttribute('data-on');

/** Waits until others are sent what the host says, or no longer are. */
async function othersHear(page: Page, expected: boolean): Promise<void> {
  const published = () =>
    page.evaluate((source) => window.canopy?.view.self.published.get(source)?.muted === false, TrackSource.MICROPHONE);
  await expect.poll(published).toBe(expected);
}

const handOf = (page: Page) => page.getByTestId('toggle-hand').getAttribute('data-on');

const focused = (page: Page) => page.locator(':focus').getAttribute('data-testid');

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

test('keys can be looked up, changed and turned off', async () => {
  const { page } = await hostVisit(site, await meetingWith(site.url, 0));
  const microphone = () => microphoneOf(page);
  await page.keyboard.press('m');
  await expect.poll(microphone).toBe('false');
  const saidAloud = page.getByTestId('own-state').getByText('Your microphone is off.');
  await saidAloud.waitFor({ state: 'attached' });
  const silent = page.locator('[data-testid=tile][data-kind=self]').getByRole('img', { name: 'Microphone off' });
  await silent.waitFor();
  await page.keyboard.down('Space');
  // What is said would have changed together with this.
  await silent.waitFor({ state: 'detached' });
  expect(await saidAloud.count()).toBe(1);
  await page.keyboard.up('Space');
  await expect.poll(microphone).toBe('false');
  await othersHear(page, false);
  await page.keyboard.press('h');
  await expect.poll(() => page.getByTestId('toggle-hand').getAttribute('data-on')).toBe('true');
  await page.keyboard.press('c');
  // Letters are letters there, until Escape leads back.
  await page.locator('[data-testid=chat-text]:focus').waitFor();
  await page.keyboard.press('m');
  await expect.poll(() => page.getByTestId('chat-text').inputValue()).toBe('m');
  await page.keyboard.press('Escape');
  await page.getByTestId('chat-text').waitFor({ state: 'detached' });
  expect(await microphone()).toBe('false');
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

test('who clicked a button and holds the key to talk is heard as long as that, and whoever went there by key presses the button', async () => {
  const { page } = await hostVisit(site, await meetingWith(site.url, 0));
  await page.getByTestId('toggle-microphone').click();
  await othersHear(page, false);
  // Twice: after the first key some browsers show the focus that the click left behind.
  for (const _ of ['first', 'second']) {
    expect(await focused(page)).toBe('toggle-microphone');
    await page.keyboard.down('Space');
    await othersHear(page, true);
    await page.keyboard.up('Space');
    await othersHear(page, false);
    expect(await microphoneOf(page)).toBe('false');
  }
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  expect(await focused(page)).toBe('toggle-microphone');
  await page.keyboard.press('Space');
  await othersHear(page, true);
  await expect.poll(() => microphoneOf(page)).toBe('true');
  // There is nothing to hold while one is heard anyway: the key presses what was clicked.
  await page.getByTestId('toggle-hand').click();
  await expect.poll(() => handOf(page)).toBe('true');
  await page.keyboard.press('Space');
  await expect.poll(() => handOf(page)).toBe('false');
  expect(await microphoneOf(page)).toBe('true');
});

test('the key to talk is given to something else and taken back by pressing it, as any other', async () => {
  const { page } = await hostVisit(site, await meetingWith(site.url, 0));
  await page.keyboard.press('?');
  const talk = page.getByTestId('key-pushToTalk');
  await talk.click();
  await page.keyboard.press('t');
  await talk.getByText('t', { exact: true }).waitFor();
  await page.getByTestId('key-toggleHand').click();
  await page.keyboard.press('Space');
  await page.getByTestId('key-toggleHand').getByText('Space').waitFor();
  // By key alone: what is pressed to begin is not what is taken.
  await talk.focus();
  await page.keyboard.press('Space');
  await talk.getByText('Press a key').waitFor();
  await page.keyboard.press('Space');
  await talk.getByText('Space').waitFor();
  await page.getByTestId('key-toggleHand').getByText('t', { exact: true }).waitFor();
  // Where it is let go elsewhere, the next time is one like any other.
  await page.keyboard.press('Space');
  await talk.getByText('Press a key').waitFor();
  await page.keyboard.down('Space');
  await page.getByTestId('close-settings').focus();
  await page.keyboard.up('Space');
  const on = page.getByTestId('shortcuts-on');
  await on.focus();
  await page.keyboard.press('Space');
  await expect.poll(() => on.isChecked()).toBe(false);
});

test('a key to talk that is let go unheard of holds nothing open, and pressed on and on it opens nothing again', async () => {
  const { page } = await hostVisit(site, await meetingWith(site.url, 0));
  await page.keyboard.press('m');
  await othersHear(page, false);
  const losses = [
    () => page.evaluate(() => void dispatchEvent(new Event('blur'))),
    () => page.evaluate(() => void document.body.dispatchEvent(new Event('contextmenu', { bubbles: true }))),
    () => page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))),
    () => page.keyboard.press('Meta'),
  ];
  for (const lose of losses) {
    await page.keyboard.down('Space');
    await othersHear(page, true);
    await lose();
    await othersHear(page, false);
    // The key repeats.
    await page.keyboard.down('Space');
    expect(await microphoneOf(page)).toBe('false');
    await page.keyboard.up('Space');
  }
});

test('a narrow bar keeps one row: what is needed less often opens from it in words, by key as well', async () => {
  const { page } = await hostVisit(site, await meetingWith(site.url, 0));
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
    await expect.poll(() => rows(page), { message: `${width}` }).toBe(1);
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(width);
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
  await expect.poll(() => focused(page)).toBe('more-controls');
  await page.keyboard.press('Enter');
  await page.getByTestId('invite').focus();
  // Where a hint is shown, the first one puts that away.
  const closed = async () => {
    await page.keyboard.press('Escape');
    return await shown();
  };
  await expect.poll(closed).toBe(0);
  await expect.poll(() => focused(page)).toBe('more-controls');
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
  await expect.poll(() => focused(page)).toBe('invite');
  await expect.poll(closed).toBe(0);
  await page.setViewportSize({ width: 673, height: 740 });
  await expect.poll(shown).toBe(all.length);
  await expect.poll(() => focused(page)).toBe('more-controls');
});

test('a name and a title that are cut off are read whole by touch and by key', async () => {
  const title = 'Quarterly review of the timetable, with everybody who runs a line';
  const name = 'Wilhelmina Featherstonehaugh of Upper Slaughter';
  const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };
  const id = await createMeeting(site.url, { title });
  const { page } = await hostVisit(site, id, phone);
  const own = page.locator('[data-testid=tile][data-kind=self]');
  const path = `/v1/meetings/${id}/participants/${await own.getAttribute('data-participant-id')}`;
  await call(new URL(site.url).host, 'PATCH', path, { name }, null);
  await own.getByText(name, { exact: true }).waitFor();
  /** How many lines it has, all of it within the page. */
  const linesOf = (text: Locator) =>
    text.evaluate((element) => {
      const { left, right, height } = element.getBoundingClientRect();
      const isWhole = left >= 0 && right <= innerWidth && element.scrollWidth <= element.clientWidth;
      return isWhole ? Math.round(height / Number.parseFloat(getComputedStyle(element).lineHeight)) : 0;
    });
  await own.getByTestId('tile-menu').tap();
  const whole = page.getByRole('dialog').getByRole('heading', { name });
  await expect.poll(() => linesOf(whole)).toBeGreaterThan(1);
  await page.keyboard.press('Escape');

  const line = page.getByRole('heading', { level: 1 }).getByRole('button', { name: title });
  await expect.poll(() => linesOf(line)).toBe(0);
  await line.tap();
  await expect.poll(() => linesOf(line)).toBeGreaterThan(1);
  await line.press('Enter');
  await expect.poll(() => linesOf(line)).toBe(0);
  await page.setViewportSize({ width: 1280, height: 740 });
  await line.waitFor({ state: 'detached' });
});

test('the ring around what has the focus is as round as what it is in', async () => {
  const { page } = await hostVisit(site, await meetingWith(site.url, 0));
  for (const panel of ['chat', 'breakouts']) {
    await page.getByTestId(`toggle-${panel}`).press('Enter');
    await page.getByRole('complementary').waitFor();
    expect(await page.evaluate(squareRings), panel).toEqual([]);
  }
});

test('a phone shows all of it, for everybody to use, by day and by night', async () => {
  const { page } = await hostVisit(site, await meetingWith(site.url, 4), { viewport: { width: 360, height: 740 } });
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
