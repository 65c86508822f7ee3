import type { BrowserContextOptions, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { keepConnections } from './attendance.ts';
import { paintCamera, withScreenshots } from './screenshots.ts';
import type { Site } from './site.ts';

interface HostVisit {
  page: Page;
  /** Tracks that the page has asked for last, with a size: its pictures. */
  pictures: () => string[];
  /** How large all of them are together. */
  pixels: () => number;
}

/** Mara, a host, enters a meeting in the web app, and stays until the test is over. */
export async function hostVisit(
  { browser, url }: Site,
  meetingId: string,
  options: BrowserContextOptions = {},
): Promise<HostVisit> {
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
  await page.goto(`${url}/m/${meetingId}?role=host&debug`);
  await page.getByTestId('join-name').fill('Mara Lindqvist');
  await enter(page);
  return {
    page,
    pictures: () => wants.filter(({ width }) => (width ?? 0) > 0).map(({ trackId }) => trackId),
    pixels: () => wants.reduce((sum, { width = 0, height = 0 }) => sum + width * height, 0),
  };
}

export async function enter(page: Page): Promise<void> {
  await page.getByTestId('join-button').click();
  await page.locator('[data-testid=tile][data-kind=self]').waitFor();
}

export async function openSettings(page: Page): Promise<void> {
  await page.getByTestId('open-settings').click();
  await page.getByTestId('settings').waitFor();
}
