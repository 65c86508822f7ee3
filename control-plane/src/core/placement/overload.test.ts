import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOverloaded } from './overload.ts';
import { defaultPlacementPolicy as policy } from './types.ts';

function run(loads: readonly number[], start = false): boolean[] {
  let state = start;
  return loads.map((load) => {
    state = isOverloaded(state, load, policy);
    return state;
  });
}

describe('isOverloaded', () => {
  it('begins at one threshold and ends below another', () => {
    expect(run([0.8, 0.85, 0.8, 0.7, 0.69, 0.8])).toEqual([false, true, true, true, false, false]);
  });

  it('does not flap for any loads between the thresholds', () => {
    const between = fc.double({
      min: policy.recoveryThreshold,
      max: policy.overloadThreshold,
      maxExcluded: true,
      noNaN: true,
    });
    fc.assert(
      fc.property(fc.array(between), fc.boolean(), (loads, start) => {
        expect(run(loads, start)).toEqual(loads.map(() => start));
      }),
    );
  });
});
