import { expect, test } from 'vitest';
import { beginOf, pageOf } from './pages.ts';

const numbered = (...sequences: number[]) => sequences.map((sequence) => ({ sequence }));

test('the cursor of a page is the number of its last, as long as one more was found', () => {
  expect(pageOf(numbered(9, 8, 7), 2)).toEqual({ shown: numbered(9, 8), nextCursor: '8' });
  expect(pageOf(numbered(9, 8), 2)).toEqual({ shown: numbered(9, 8), nextCursor: '' });
  expect(pageOf([], 2)).toEqual({ shown: [], nextCursor: '' });
});

test('a page begins after the number of its cursor, the first at the newest, and at no cursor that is not ours', () => {
  expect([beginOf('8'), beginOf('')]).toEqual([8, undefined]);
  for (const foreign of ['-1', '1.5', 'eight', '9'.repeat(16)])
    expect(() => beginOf(foreign)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
});
