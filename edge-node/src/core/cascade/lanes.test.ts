import fc from 'fast-check';
import { expect, test } from 'vitest';
import { interleave, type Lane, laneOf, perLane, toMerged } from './lanes.ts';

const lane = fc.constantFrom<Lane>('main', 'spare');

test('the layers of both ways alternate, the spare one first', () => {
  expect(interleave(['m0', 'm1', 'm2'], ['s0', 's1', 's2'])).toEqual(['s0', 'm0', 's1', 'm1', 's2', 'm2']);
});

test('ways with different numbers of layers are not merged', () => {
  expect(interleave(['m0', 'm1'], ['s0'])).toBeUndefined();
});

test('a layer of a way is found in the merged stream where its encoding was put', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(7), lane, (count, at, way) => {
      const spatialLayer = at % count;
      const named = (of: Lane) => Array.from({ length: count }, (_, layer) => `${of}${layer}`);
      const merged = interleave(named('main'), named('spare'));
      const placed = toMerged({ spatialLayer, temporalLayer: 1 }, way);
      expect(merged?.[placed.spatialLayer]).toBe(`${way}${spatialLayer}`);
      expect(laneOf(placed.spatialLayer)).toBe(way);
      expect(perLane({ spatial: merged?.length ?? 0, temporal: 2 })).toEqual({ spatial: count, temporal: 2 });
    }),
  );
});
