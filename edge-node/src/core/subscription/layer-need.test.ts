import { expect, test } from 'vitest';
import { layersReachable } from './layer-need.ts';

test.each([
  { wanted: 2, current: undefined, layers: 3, who: 'has nothing yet' },
  { wanted: 2, current: -1, layers: 1, who: 'gets nothing of what comes: it can still have the lowest' },
  { wanted: 2, current: 2, layers: 3, who: 'has what it wants' },
  { wanted: 2, current: 0, layers: 2, who: 'gets the lowest: it can still climb by one' },
  { wanted: 2, current: 1, layers: 3, who: 'climbed by one: it can climb by one more' },
  { wanted: 0, current: 0, layers: 1, who: 'wants the lowest' },
  { wanted: 0, current: 2, layers: 1, who: 'still has more than it wants' },
])('a viewer who wants $wanted and $who needs $layers layers', ({ wanted, current, layers }) => {
  expect(layersReachable(wanted, current)).toBe(layers);
});
