import { setTimeout as delay } from 'node:timers/promises';
// For what the app shows to pages opened with ?debug.
import '@canopy/local-mesh/testing/attendance';
import type { Browser, Page } from 'playwright-core';
import { cpuMs } from '../process-cpu.ts';
import { rounded } from '../statistics.ts';

/** What the grid asks for: what its tiles show, what saving bandwidth leaves of that, or all there is. */
export type Way = 'tiles' | 'saver' | 'all';

/** What a browser does while it shows a grid. */
export interface GridFigures {
  /** Of all its processes: share of one core. */
  cpu: number;
  /** Decoded, of all cameras together. */
  framesPerSecond: number;
  receivedBps: number;
  /** Lines of the pictures, those of most cameras. */
  lines: number;
}

/** Of a laptop: each CSS pixel is four. */
const screen = { viewport: { width: 1_440, height: 900 }, deviceScaleFactor: 2 };

/** So long the estimate of the bandwidth may take to grow. */
const largerWithinMs = 60_000;

/** The web app with a grid of cameras, in a browser of its own. */
export class GridPage {
  readonly #page: Page;
  readonly #browserPid: number;

  /** Joins with neither camera nor microphone, and resolves when every one of `cameras` moves. */
  static async open(browser: Browser, url: string, meetingId: string, cameras: number): Promise<GridPage> {
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const pid = processInfo.find(({ type }) => type === 'browser')?.id;
    if (pid === undefined) throw new Error('the browser does not say which process it is');
    const context = await browser.newContext({ ...screen, reducedMotion: 'reduce' });
    const page = await context.newPage();
    await page.goto(`${url}/m/${meetingId}?role=panelist&debug`);
    await page.getByTestId('join-name').fill('Grid');
    await page.getByTestId('toggle-camera').click();
    await page.getByTestId('toggle-microphone').click();
    await page.getByTestId('join-button').click();
    const grid = new GridPage(page, pid);
    while ((await grid.#received()).moving < cameras) await delay(200);
    return grid;
  }

  private constructor(page: Page, browserPid: number) {
    this.#page = page;
    this.#browserPid = browserPid;
  }

  /** Asks for pictures in that way from now on; for all there is until they have more than `tiles` lines. */
  async ask(way: Way, tiles: number): Promise<void> {
    // What was asked for past the app, it asks for anew when its own wish changes.
    await this.#saveBandwidth(true);
    if (way === 'saver') return;
    await this.#saveBandwidth(false);
    if (way === 'all') await this.#untilLarger(tiles);
  }

  /** Gives up when the connection does not carry them: what is measured says how large the pictures are. */
  async #untilLarger(lines: number): Promise<void> {
    const giveUpAt = performance.now() + largerWithinMs;
    while (performance.now() < giveUpAt) {
      // The app asks again in its own way whenever a tile changes.
      await this.#askForAll();
      await delay(1_000);
      if (mostCommon((await this.#received()).lines) > lines) return;
    }
  }

  async measure(seconds: number): Promise<GridFigures> {
    const [before, cpuBefore, startedAt] = [await this.#received(), cpuMs([this.#browserPid]), performance.now()];
    await delay(seconds * 1_000);
    const [after, cpuAfter, passedMs] = [
      await this.#received(),
      cpuMs([this.#browserPid]),
      performance.now() - startedAt,
    ];
    const perSecond = (read: (received: typeof after) => number) => ((read(after) - read(before)) * 1_000) / passedMs;
    return {
      cpu: rounded((cpuAfter - cpuBefore) / passedMs, 2),
      framesPerSecond: rounded(perSecond(({ frames }) => frames)),
      receivedBps: Math.round(perSecond(({ bytes }) => bytes * 8)),
      lines: mostCommon(after.lines),
    };
  }

  async #saveBandwidth(on: boolean): Promise<void> {
    await this.#page.getByTestId('open-settings').click();
    await this.#page.getByLabel('Save bandwidth').setChecked(on);
    await this.#page.getByTestId('close-settings').click();
    await this.#page.getByTestId('settings').waitFor({ state: 'detached' });
  }

  async #askForAll(): Promise<void> {
    await this.#page.evaluate(() => {
      const { canopy } = window;
      const trackIds = [...(canopy?.view.received.keys() ?? [])];
      canopy?.setSubscriptions(trackIds.map((trackId) => ({ trackId, width: 0, height: 0, priority: 100 })));
    });
  }

  #received(): Promise<{ frames: number; bytes: number; moving: number; lines: number[] }> {
    return this.#page.evaluate(async () => {
      const stats = (await window.canopy?.getStats())?.receive.values() ?? [];
      const pictures = [...stats].filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
      const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
      return {
        frames: sum(pictures.map(({ framesDecoded = 0 }) => framesDecoded)),
        bytes: sum(pictures.map(({ bytesReceived = 0 }) => bytesReceived)),
        moving: pictures.filter(({ framesDecoded = 0 }) => framesDecoded > 1).length,
        lines: pictures.map(({ frameHeight = 0 }) => frameHeight),
      };
    });
  }
}

/** 0 of nothing. */
function mostCommon(values: readonly number[]): number {
  const groups = [...Map.groupBy(values, (value) => value)];
  return groups.sort(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? 0;
}
