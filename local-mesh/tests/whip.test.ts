import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Mesh, startMesh } from '../src/index.ts';
import { violationsByDayAndNight } from '../src/testing/accessibility.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { createMeeting } from '../src/testing/meetings.ts';
import { openPlainPage, plainOrigin } from '../src/testing/plain-page.ts';

let mesh: Mesh;
let browser: Browser;

beforeAll(async () => {
  [mesh, browser] = await Promise.all([startMesh({ regions: ['eu-central-1', 'us-east-1'] }), launchChromium()]);
});

afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
});

async function newPage(): Promise<Page> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  return context.newPage();
}

/** What a host copies into OBS, as it is called in the meeting. */
async function whatObsNeeds(host: Page, name: string): Promise<{ url: string; token: string }> {
  await host.getByTestId('invite').click();
  await host.getByTestId('whip').press('Enter');
  await host.getByTestId('whip-name').fill(name);
  await host.keyboard.press('Enter');
  const token = await host.getByTestId('whip-token').inputValue();
  const url = await host.getByTestId('whip-server').inputValue();
  expect(await host.getByTestId('whip-terms').textContent()).toMatch(/Role: Participant\. .* until .*\d{1,2}:\d{2}/);
  expect(await violationsByDayAndNight(host)).toEqual([]);
  await host.setViewportSize({ width: 360, height: 740 });
  await expect.poll(() => host.evaluate('document.documentElement.scrollWidth')).toBe(360);
  await host.setViewportSize({ width: 1280, height: 720 });
  await host.keyboard.press('Escape');
  return { url, token };
}

/** Frames painted so far of somebody else. */
function frames(page: Page): Promise<number> {
  return page.evaluate(
    `document.querySelector('[data-testid=tile][data-kind=remote] video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0`,
  );
}

async function seesMore(page: Page): Promise<void> {
  const before = await frames(page);
  await expect.poll(() => frames(page), { timeout: 20_000 }).toBeGreaterThan(before + 10);
}

test('a plain page publishes by WHIP with what a host copied, a participant in another region sees it, ICE restarts, DELETE ends it', async () => {
  const meetingId = await createMeeting(mesh.url, { title: 'Studio' });
  const watcher = await newPage();
  await watcher.goto(`${mesh.url}/m/${meetingId}?role=host`);
  await watcher.getByTestId('join-name').fill('Mara Lindqvist');
  await watcher.getByTestId('join-from').selectOption('us-east-1');
  await watcher.getByTestId('join-button').click();
  await watcher.locator('[data-testid=tile][data-kind=self] video').waitFor();

  const plain = await newPage();
  await using origin = await plainOrigin();
  await openPlainPage(plain, origin.url);
  const call = (expression: string) => plain.evaluate(expression);
  const { url, token } = await whatObsNeeds(watcher, 'Studio camera');
  expect(await call(`publish('${url}', 'not.a.token')`)).toBe(401);
  expect(await call(`publish('${url}', '${token}')`)).toBe(201);
  await seesMore(watcher);
  expect(await watcher.getByTestId('participant-count').textContent()).toBe('2');
  await watcher.locator('[data-testid=tile][data-kind=remote]').getByText('Studio camera').waitFor();

  expect(await call('restart()')).toBe(200);
  await expect.poll(() => call('pc.iceConnectionState')).toMatch(/connected|completed/);
  await seesMore(watcher);

  expect(await call('end()')).toBe(200);
  await expect.poll(() => watcher.getByTestId('participant-count').textContent()).toBe('1');
});
