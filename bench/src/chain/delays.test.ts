import { describe, expect, it } from 'vitest';
import { delaysOfHops } from './delays.ts';

describe('delays of hops', () => {
  it('are from each edge to the next, not from the first', () => {
    const arrivals = [new Map([[1, 10]]), new Map([[1, 11]]), new Map([[1, 14]])];
    expect(delaysOfHops(arrivals)).toEqual([[1], [3]]);
  });

  it('leave out frames that only one of two edges saw', () => {
    const origin = new Map([
      [1, 10],
      [2, 20],
    ]);
    const leaf = new Map([
      [2, 22],
      [3, 32],
    ]);
    expect(delaysOfHops([origin, leaf])).toEqual([[2]]);
  });

  it('are none where there is no hop', () => {
    expect(delaysOfHops([new Map([[1, 10]])])).toEqual([]);
  });
});
