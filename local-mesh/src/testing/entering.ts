import type { Page } from 'playwright-core';

/** Joins from the page before a meeting, with the camera off: for tests in which what it shows is not the point, since encoding it is most of the work. */
export async function enterWithoutCamera(page: Page, name: string): Promise<void> {
  await page.getByTestId('join-name').fill(name);
  const camera = page.getByTestId('toggle-camera');
  if ((await camera.count()) > 0) await camera.click();
  await page.getByTestId('join-button').click();
  await page.getByTestId('participant-count').waitFor();
}
