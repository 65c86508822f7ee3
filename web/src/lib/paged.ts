/** Some of many, as they are shown at once. */
export interface Page<T> {
  items: T[];
  /** From 0. */
  page: number;
  /** At least one. */
  pages: number;
}

/**
 * One page of many.
 *
 * @param wished page, from 0; one that is not there becomes the nearest
 */
export function paged<T>(all: readonly T[], wished: number, perPage: number): Page<T> {
  const pages = Math.max(1, Math.ceil(all.length / perPage));
  const page = Math.min(Math.max(0, wished), pages - 1);
  return { items: all.slice(page * perPage, (page + 1) * perPage), page, pages };
}
