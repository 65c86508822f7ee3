import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** Of WCAG 2.2 AA (2.5.8), which axe looks for only when it is told to. */
const alsoRules = { 'target-size': { enabled: true } };

/** What axe finds wrong with a page, a line for each rule; with `rules`, only by these. */
export async function violations(page: Page, ...rules: string[]): Promise<string[]> {
  // No page here has frames, for which axe would open another page each time.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ rules: alsoRules });
  const { violations: found } = await (rules.length === 0 ? axe : axe.withRules(rules)).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

/** The same by day, and by night, when nothing but colours is another. */
export async function violationsByDayAndNight(page: Page): Promise<string[]> {
  const byDay = await violations(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  const byNight = await violations(page, 'color-contrast');
  await page.emulateMedia({ colorScheme: 'light' });
  return [...byDay, ...byNight];
}
