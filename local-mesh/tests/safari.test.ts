/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { Attendance, useCamera } from '../src/testing/attendance.ts';
import { siteForTests } from '../src/testing/site.ts';

/** A busy machine takes its time. */
const patient = { timeout: 30_000 };
const region = 'eu-central-1';
const site = siteForTests({ regions: [region], workers: 1 });

/** Runs in the page, before its own scripts: to those who go by names this is Safari, whose WebRTC is of the same making as Chromium's (libwebrtc). */
function passForSafari(): void {
  const name =
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15';
  Object.defineProperties(Navigator.prototype, {
    userAgent: { get: () => name },
    userAgentData: { get: () => undefined },
  });
}

/** Runs in the page: by their names, what is encoded of its camera. */
async function layers(): Promise<string[]> {
  const open = window.connections.filter(({ connectionState }) => connectionState === 'connected');
  const reports = await Promise.all(open.map((connection) => connection.getStats()));
  const streams = reports.flatMap((report) => [...report.values()]);
  const encoded = streams.filter(({ type, framesEncoded = 0 }) => type === 'outbound-rtp' && framesEncoded > 0);
  return encoded.map(({ rid }) => String(rid)).sort();
}

test('who is taken for Safari sends layers, is seen and heard, and sees and hears others', async () => {
  const { id } = await site.api.createMeeting({ title: 'Across browsers' });
  // Both of one browser, which has its camera give everybody what the first asks for.
  const camera = (page: Page) => page.addInitScript(useCamera, { width: 640, height: 360 });
  await using chromium = await Attendance.join(site.browser, site.url, id, 'Carl', region, {
    prepare: async (page) => void (await camera(page)),
  });
  await using safari = await Attendance.join(site.browser, site.url, id, 'Sally', region, {
    prepare: async (page) => {
      await camera(page);
      await page.addInitScript(passForSafari);
    },
  });
  const all = [chromium, safari].flatMap((one) => [one.receives('video', 1), one.receives('audio', 1)]);
  await Promise.all(all);
  await expect.poll(() => safari.page.evaluate(layers), patient).toEqual(['r0', 'r1']);
});

test('a browser without WebRTC is told so before anybody is asked for a camera', async () => {
  const { id } = await site.api.createMeeting({ title: 'Locked down' });
  await using context = await site.browser.newContext();
  const page = await context.newPage();
  // As Lockdown Mode does it.
  await page.addInitScript(() => void Reflect.deleteProperty(window, 'RTCPeerConnection'));
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = async () => {
      console.error('somebody was asked');
      return new MediaStream();
    };
  });
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(`${site.url}/m/${id}`);
  await page.getByTestId('join-name').fill('Lou');
  const told = page.getByTestId('error-message');
  expect(await told.getAttribute('data-code')).toBe('UNSUPPORTED');
  expect(await told.textContent()).toContain('Lockdown Mode');
  expect(await page.getByTestId('join-button').isDisabled()).toBe(true);
  expect(complaints).toEqual([]);
});
