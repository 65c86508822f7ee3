import type { Locator } from 'playwright-core';

/** What is said of a field, as assistive technology finds it. */
export function saidOf(field: Locator): Promise<string> {
  return field.evaluate((input) =>
    (input.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id))
      .map((element) => (element?.checkVisibility() === true ? element.textContent : ''))
      .join(' '),
  );
}
