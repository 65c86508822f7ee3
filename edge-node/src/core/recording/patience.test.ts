import { expect, it } from 'vitest';
import { type Refused, refusedAgain } from './patience.ts';

it('leaves a track alone for longer each time, from five seconds to five minutes', () => {
  const waits: number[] = [];
  let refused: Refused | undefined;
  for (let now = 0; waits.length < 9; now = refused.until + 20_000) {
    refused = refusedAgain(refused, now);
    waits.push((refused.until - now) / 1_000);
  }
  expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
});

it('takes what was written for a while for a new matter', () => {
  const third = refusedAgain(refusedAgain(refusedAgain(undefined, 0), 5_000), 15_000);
  expect(refusedAgain(third, third.until + 300_000)).toEqual(refusedAgain(undefined, third.until + 300_000));
});
