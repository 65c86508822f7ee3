import { Api } from '@canopy/client';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { type Mesh, type MeshOptions, startMesh } from '../mesh/mesh.ts';
import { type ChromiumOptions, launchChromium } from './chromium.ts';

/** A mesh, a browser to open its pages with, and its REST API as it is for everybody. */
export interface Site {
  readonly mesh: Mesh;
  readonly url: string;
  readonly browser: Browser;
  readonly api: Api;
}

/** A site for all tests of the file that calls this: it is there in hooks that come later, and in tests. */
export function siteForTests(options: MeshOptions, browserOptions?: ChromiumOptions): Site {
  let mesh: Mesh | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    [mesh, browser] = await Promise.all([startMesh(options), launchChromium(browserOptions)]);
  });
  afterAll(async () => {
    await browser?.close();
    await mesh?.stop();
  });
  const started = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('the site has not been started');
    return part;
  };
  return {
    get mesh() {
      return started(mesh);
    },
    get url() {
      return started(mesh).url;
    },
    get browser() {
      return started(browser);
    },
    get api() {
      return new Api({ url: started(mesh).url });
    },
  };
}
