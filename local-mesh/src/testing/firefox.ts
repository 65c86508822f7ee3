/// <reference lib="dom" />
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { findFirefox } from '../../../scripts/setup/programs.mjs';
import { keepConnections, useCamera } from './attendance.ts';

const preferences = {
  'media.navigator.streams.fake': true,
  // Nobody is there to be asked. Who may use a camera is also offered the addresses of all interfaces.
  'media.navigator.permission.disabled': true,
  'permissions.default.camera': 1,
  'permissions.default.microphone': 1,
  'media.autoplay.default': 0,
  // Media flows over 127.0.0.1, and candidates are to show it.
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
};

/** A headless Firefox with a fake camera and microphone. Playwright drives only a Firefox of its own making, Puppeteer the one that people have. */
export async function launchFirefox(): Promise<Browser> {
  const executablePath = findFirefox(process.env);
  if (executablePath === undefined)
    throw new Error('Firefox is not installed: run "npm run setup", or set FIREFOX_BIN');
  return puppeteer.launch({ browser: 'firefox', executablePath, headless: true, extraPrefsFirefox: preferences });
}

export interface FirefoxVisitOptions {
  role?: 'panelist' | 'attendee';
  /** Of a meeting that is encrypted end to end. */
  encryptionKey?: string;
  /** What the camera gives; default: large enough for two layers. */
  camera?: { width: number; height: number };
}

/** Somebody joins a meeting in Firefox as a person would, in a browser context of their own. */
export async function visitWithFirefox(
  firefox: Browser,
  url: string,
  meetingId: string,
  { role = 'panelist', encryptionKey, camera = { width: 640, height: 360 } }: FirefoxVisitOptions = {},
): Promise<Page> {
  const context = await firefox.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  await page.evaluateOnNewDocument(keepConnections);
  await page.evaluateOnNewDocument(useCamera, camera);
  const secret = encryptionKey === undefined ? '' : `#key=${encryptionKey}`;
  await page.goto(`${url}/m/${meetingId}?role=${role}&debug${secret}`);
  await page.locator('[data-testid=join-name]').fill('Fiona Foks');
  await page.locator('[data-testid=join-button]').click();
  await page.waitForFunction(() => window.canopy !== undefined);
  return page;
}
