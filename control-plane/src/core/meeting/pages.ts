import { CanopyError } from '@canopy/runtime/errors';

/** Pages of what is numbered in its order, the newest first. A cursor is the number of the last of the page before, '' that of none. */

/** Before which number a page begins; undefined: it is the first. Errors: BAD_REQUEST (no cursor of ours). */
export function beginOf(cursor: string): number | undefined {
  if (!/^\d{0,15}$/.test(cursor)) throw new CanopyError('BAD_REQUEST', 'There is no such page.');
  return cursor === '' ? undefined : Number(cursor);
}

/** A page of at most so many. `found`: one more, if there is one. */
export function pageOf<T extends { sequence: number }>(
  found: readonly T[],
  most: number,
): { shown: readonly T[]; nextCursor: string } {
  const shown = found.slice(0, most);
  const last = shown.at(-1);
  return { shown, nextCursor: found.length > most && last !== undefined ? String(last.sequence) : '' };
}
