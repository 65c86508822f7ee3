import { LRUCache } from 'lru-cache';

/**
 * The same function, that reads a text again only when `most` others were read since: many ask for the same, and get the
 * same object. What it returns must never be changed.
 */
export function remembered<T extends NonNullable<unknown>>(
  read: (text: string) => T,
  most: number,
): (text: string) => T {
  const known = new LRUCache<string, T>({ max: most });
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const value = read(text);
    known.set(text, value);
    return value;
  };
}
