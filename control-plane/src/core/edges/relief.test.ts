import { EdgeHeartbeat } from '@canopy/proto/bus';
import { expect, test } from 'vitest';
import { defaultPlacementPolicy } from '../placement/types.ts';
import { afterHeartbeat, type EdgeRecord } from './edge-record.ts';
import { edgesToRelieve } from './relief.ts';

const asLoad = (load: number) => ({ load });

/** An edge that reported these loads, of its hottest worker unless told otherwise, one a second. */
function reporting(loads: readonly number[], as: (load: number) => Partial<EdgeHeartbeat> = asLoad): EdgeRecord {
  let known: EdgeRecord | undefined;
  for (const [second, load] of loads.entries()) {
    const heartbeat = EdgeHeartbeat.fromPartial({ edgeId: 'e', region: 'r', ...as(load) });
    known = afterHeartbeat(known, heartbeat, defaultPlacementPolicy, second * 1_000).record;
  }
  if (known === undefined) throw new Error('an edge without reports');
  return known;
}

const isRelieved = (...loads: number[]) => edgesToRelieve([reporting(loads)], (loads.length - 1) * 1_000).has('e');

test('an edge is relieved of children when it has been overloaded for three seconds and is too busy for them', () => {
  expect(isRelieved(0.95, 0.95, 0.95)).toBe(false);
  expect(isRelieved(0.95, 0.95, 0.95, 0.95)).toBe(true);
  expect(isRelieved(0.86, 0.86, 0.86, 0.86)).toBe(false);
});

test('a dip above the recovery threshold does not begin the time anew, one below does', () => {
  expect(isRelieved(0.95, 0.8, 0.95, 0.95)).toBe(true);
  expect(isRelieved(0.95, 0.5, 0.95, 0.95)).toBe(false);
});

test('a full network counts like a full worker', () => {
  const sending = (share: number) => ({ load: 0.1, egressBps: share * 9e8, egressCapacityBps: 1e9 });
  const relieved = (...shares: number[]) => edgesToRelieve([reporting(shares, sending)], 3_000).has('e');
  expect(relieved(0.95, 0.8, 0.95, 0.95)).toBe(true);
  expect(relieved(0.95, 0.5, 0.95, 0.95)).toBe(false);
  expect(relieved(0.86, 0.86, 0.86, 0.86)).toBe(false);
});

test('an edge that fell silent is not relieved', () => {
  const silent = { ...reporting([0.95, 0.95, 0.95, 0.95]), status: 'silent' as const };
  expect(edgesToRelieve([silent], 10_000)).toEqual(new Set());
});
