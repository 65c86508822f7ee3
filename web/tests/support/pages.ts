import { launchChromium } from '@canopy/local-mesh/testing/chromium';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { answerApi, type ServedApp, serveBuiltApp } from './app.ts';

export interface Pages {
  readonly browser: Browser;
  /** Address of a page of the app. */
  readonly urlOf: (path: string) => string;
  /** Opens a page in a context of its own, which remembers nothing yet. `script` runs in it before its own. */
  readonly open: (
    path: string,
    options?: BrowserContextOptions,
    answers?: Parameters<typeof answerApi>[1],
    script?: () => void,
  ) => Promise<Page>;
}

/** The built app and a browser, for all tests of a file. */
export function pagesOfApp(chromium: Parameters<typeof launchChromium>[0] = {}): Pages {
  let app: ServedApp;
  let browser: Browser;

  beforeAll(async () => {
    [app, browser] = await Promise.all([serveBuiltApp(), launchChromium(chromium)]);
  });

  afterAll(async () => {
    await browser?.close();
    await app?.[Symbol.asyncDispose]();
  });

  const urlOf = (path: string) => new URL(path, app.url).href;
  return {
    get browser() {
      return browser;
    },
    urlOf,
    async open(path, options = {}, answers = {}, script = () => {}) {
      const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
      onTestFinished(() => context.close());
      const page = await context.newPage();
      await page.addInitScript(script);
      await answerApi(page, answers);
      await page.goto(urlOf(path));
      return page;
    },
  };
}
