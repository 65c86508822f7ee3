import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { projectFolder } from '../project.ts';

const images = join(projectFolder, 'docs', 'images');

/** Set by `npm run screenshots`: tests that come past a page worth showing take its picture for the documentation. */
export const withScreenshots = process.env.CANOPY_SCREENSHOTS === '1';

/** Takes a picture for the documentation, if that is what is wanted. */
export async function shoot(page: Page, name: string, { fullPage = false } = {}): Promise<void> {
  if (!withScreenshots) return;
  mkdirSync(images, { recursive: true });
  await page.screenshot({ path: join(images, `${name}.png`), animations: 'disabled', fullPage });
}

/** Before a page is loaded: its camera shows a painted person rather than a test pattern. */
export async function paintCamera(page: Page, hue: number): Promise<void> {
  await page.addInitScript(`window.paintedHue = ${hue}`);
  await page.addInitScript({ path: join(projectFolder, 'web', 'tests', 'support', 'painted-camera.js') });
}
