/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { newEncryptionKey } from '@canopy/client';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firefoxLeftOut } from '../../scripts/setup/services.mjs';
import { Attendance } from '../src/testing/attendance.ts';
import { type FirefoxVisitOptions, launchFirefox, visitWithFirefox } from '../src/testing/firefox.ts';
import { paintScreen } from '../src/testing/painted-screen.ts';
import { siteForTests } from '../src/testing/site.ts';

/** A busy machine takes its time. */
const patient = { timeout: 30_000 };
const region = 'eu-central-1';

/** What a page in any browser can do for these tests. */
interface Viewer {
  evaluate<T>(run: () => T | Promise<T>): Promise<T>;
}

/** Runs in the page: what came so far, and what is encoded. */
async function flow() {
  const open = window.connections.filter(({ connectionState }) => connectionState !== 'closed');
  const reports = await Promise.all(open.map((connection) => connection.getStats()));
  const streams = reports.flatMap((report) => [...report.values()]);
  const sum = (values: (number | undefined)[]) => values.reduce<number>((total, value = 0) => total + value, 0);
  const received = streams.filter(({ type }) => type === 'inbound-rtp');
  const encoded = streams.filter(({ type, framesEncoded = 0 }) => type === 'outbound-rtp' && framesEncoded > 0);
  return {
    frames: sum(received.map(({ framesDecoded }) => framesDecoded)),
    energy: sum(received.map(({ totalAudioEnergy }) => totalAudioEnergy)),
    layers: encoded.map(({ rid }) => rid as string).sort(),
  };
}

/** Resolves when pictures and sound come in. What came over a connection that is closed meanwhile does not count. */
async function seesAndHears(viewer: Viewer): Promise<void> {
  let before = await viewer.evaluate(flow);
  const comesIn = async () => {
    const now = await viewer.evaluate(flow);
    const more = { frames: now.frames > before.frames, energy: now.energy > before.energy };
    before = now;
    return more;
  };
  await expect.poll(comesIn, { ...patient, interval: 500 }).toEqual({ frames: true, energy: true });
}

/** Runs in the page: by what its ways through the network are told apart (RFC 8445 §5.3). */
function ways(): string[] {
  const open = window.connections.filter(({ connectionState }) => connectionState === 'connected');
  return open.flatMap((connection) => connection.localDescription?.sdp.match(/(?<=^a=ice-ufrag:)\S+/m)?.[0] ?? []);
}

/** What is written there, once there is such a place. */
function textOf(page: Page, testId: string): Promise<string> {
  return page
    .locator(`[data-testid=${testId}]`)
    .map(({ textContent }) => textContent)
    .wait();
}

/** Somebody in Chromium and somebody in Firefox, in one meeting. */
interface Pair extends AsyncDisposable {
  chromium: Attendance;
  fox: Page;
}

const click = (page: Page, testId: string) => page.locator(`[data-testid=${testId}]`).click();

describe.skipIf(firefoxLeftOut(process.env))('in Firefox', () => {
  const site = siteForTests({ regions: [region, region], workers: 1 });
  let firefox: Browser;

  async function meet(meetingId: string, options: FirefoxVisitOptions = {}): Promise<Pair> {
    const { encryptionKey } = options;
    const chromium = await Attendance.join(site.browser, site.url, meetingId, 'Carl Cromwell', region, {
      smallCamera: true,
      ...(encryptionKey !== undefined && { encryptionKey }),
    });
    const fox = await visitWithFirefox(firefox, site.url, meetingId, options);
    return {
      chromium,
      fox,
      async [Symbol.asyncDispose]() {
        await fox.browserContext().close();
        await chromium[Symbol.asyncDispose]();
      },
    };
  }

  const seeAndHearEachOther = ({ fox, chromium }: Pair) => Promise.all([fox, chromium.page].map(seesAndHears));

  beforeAll(async () => {
    firefox = await launchFirefox();
  });

  afterAll(() => firefox?.close());

  test('an encrypted meeting is read by both, with the same key', async () => {
    const { id } = await site.api.createMeeting({ title: 'In confidence', settings: { endToEndEncrypted: true } });
    const small = { width: 320, height: 180 };
    await using both = await meet(id, { encryptionKey: newEncryptionKey(), camera: small });
    await seeAndHearEachOther(both);
    await click(both.fox, 'encryption-sign');
    const { page } = both.chromium;
    await page.getByTestId('encryption-sign').click();
    expect(await textOf(both.fox, 'encryption-code')).toBe(await page.getByTestId('encryption-code').textContent());
  });

  test('a webinar is watched, and nothing is sent', async () => {
    const { id } = await site.api.createMeeting({ title: 'All hands', mode: 'webinar' });
    await using both = await meet(id, { role: 'attendee' });
    await seesAndHears(both.fox);
    expect(await both.fox.evaluate(flow)).toMatchObject({ layers: [] });
  });

  /** Each test goes on where the one before ended. */
  describe('in one meeting', () => {
    let pair: Pair;

    beforeAll(async () => {
      const { id } = await site.api.createMeeting({ title: 'Design review' });
      pair = await meet(id);
    });

    afterAll(() => pair?.[Symbol.asyncDispose]());

    test('people see and hear those in Chromium, and are seen, in layers, and heard', async () => {
      await seeAndHearEachOther(pair);
      await expect.poll(async () => (await pair.fox.evaluate(flow)).layers, patient).toEqual(['r0', 'r1']);
    });

    test('what comes and goes is told, and nothing that the browser does not know', async () => {
      const { fox } = pair;
      await click(fox, 'toggle-statistics');
      const statistics = () => textOf(fox, 'statistics');
      await expect.poll(statistics, patient).toMatch(/Carl Cromwell, camera.*You send.*Fiona Foks, camera/s);
      await expect.poll(statistics, patient).toMatch(/640×360, \d+ fps.*VP8, r1/s);
      expect(await statistics()).not.toMatch(/NaN|undefined|null|\b0×0/);
      await click(fox, 'toggle-statistics');
    });

    test('a screen is shared, and no longer', async () => {
      const { fox, chromium } = pair;
      await fox.evaluate(paintScreen);
      await click(fox, 'toggle-screen');
      await click(fox, 'share-text');
      const screen = chromium.page.getByTestId('screen-view').locator('[data-source=screen] video');
      const shown = () =>
        screen.evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames);
      await expect.poll(shown, patient).toBeGreaterThan(5);
      await click(fox, 'toggle-screen');
      await screen.waitFor({ state: 'detached' });
    });

    test('who is on another network is back over other ways', async () => {
      const { fox } = pair;
      const former = await fox.evaluate(ways);
      expect(former).toHaveLength(2);
      await fox.evaluate(() => void dispatchEvent(new Event('online')));
      const others = async () => (await fox.evaluate(ways)).filter((way) => !former.includes(way));
      await expect.poll(others, patient).toHaveLength(2);
      await seeAndHearEachOther(pair);
    });

    test('who is moved to another edge goes on seeing, hearing and being seen, and leaves from there', async () => {
      const { fox, chromium } = pair;
      const edgeId = () => fox.evaluate(() => window.canopy?.view.self.edge.id);
      const former = await edgeId();
      const drained = await fetch(`${site.url}/v1/edges/${former}/drain`, { method: 'POST' });
      expect(drained.ok).toBe(true);
      await expect.poll(edgeId, patient).not.toBe(former);
      await expect.poll(async () => (await fox.evaluate(ways)).length, patient).toBe(2);
      await seeAndHearEachOther(pair);
      await click(fox, 'leave-button');
      await expect.poll(() => chromium.roster, patient).toHaveLength(1);
    });
  });
});
