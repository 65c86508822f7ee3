import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paged } from './paged.ts';

test('everything is on exactly one page, and no page has more than fit', () => {
  fc.assert(
    fc.property(fc.nat({ max: 300 }), fc.integer({ min: 1, max: 60 }), (count, perPage) => {
      const all = Array.from({ length: count }, (_, index) => index);
      const { pages } = paged(all, 0, perPage);
      const each = Array.from({ length: pages }, (_, page) => paged(all, page, perPage).items);
      expect(each.flat()).toEqual(all);
      expect(each.every((items) => items.length <= perPage)).toBe(true);
    }),
  );
});

test('a page that is not there is the nearest', () => {
  expect(paged(['a', 'b', 'c'], 9, 2)).toEqual({ items: ['c'], page: 1, pages: 2 });
  expect(paged(['a', 'b', 'c'], -1, 2)).toEqual({ items: ['a', 'b'], page: 0, pages: 2 });
  expect(paged([], 3, 2)).toEqual({ items: [], page: 0, pages: 1 });
});
