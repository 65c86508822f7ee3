import { EdgeHeartbeat } from '@canopy/proto/bus';
import { expect, test } from 'vitest';
import { defaultPlacementPolicy } from '../placement/types.ts';
import { afterHeartbeat, type EdgeRecord } from './edge-record.ts';
import { edgesToRelieve } from './relief.ts';

/** An edge that reported these loads, one a second. */
function reporting(...loads: number[]): EdgeRecord {
  let known: EdgeRecord | undefined;
  for (const [second, load] of loads.entries()) {
    const heartbeat = EdgeHeartbeat.fromPartial({ edgeId: 'e', region: 'r', load });
    known = afterHeartbeat(known, heartbeat, defaultPlacementPolicy, second * 1_000).record;
  }
  if (known === undefined) throw new Error('an edge without reports');
  return known;
}

const isRelieved = (...loads: number[]) => edgesToRelieve([reporting(...loads)], (loads.length - 1) * 1_000).has('e');

test('an edge is relieved of children when it has been overloaded for three seconds and is too busy for them', () => {
  expect(isRelieved(0.95, 0.95, 0.95)).toBe(false);
  expect(isRelieved(0.95, 0.95, 0.95, 0.95)).toBe(true);
  expect(isRelieved(0.86, 0.86, 0.86, 0.86)).toBe(false);
});

test('a dip above the recovery threshold does not begin the time anew, one below does', () => {
  expect(isRelieved(0.95, 0.8, 0.95, 0.95)).toBe(true);
  expect(isRelieved(0.95, 0.5, 0.95, 0.95)).toBe(false);
});

test('an edge that fell silent is not relieved', () => {
  const silent = { ...reporting(0.95, 0.95, 0.95, 0.95), status: 'silent' as const };
  expect(edgesToRelieve([silent], 10_000)).toEqual(new Set());
});
