/** Small things kept in this tab, over reloads. Storage may be forbidden; then they are forgotten, and nothing else happens. */

export function readInTab(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Null removes it. */
export function keepInTab(key: string, value: string | null): void {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch (error) {
    console.debug('canopy: nothing is kept in this tab', error);
  }
}
