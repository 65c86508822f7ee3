import { EdgeHeartbeat } from '@canopy/proto/bus';
import { describe, expect, it } from 'vitest';
import type { EdgeRecord, EdgeStatus } from './edge-record.ts';
import { neverQuarantined } from './quarantine.ts';
import { versionOfAll, versionsInUse } from './versions.ts';

function edge(protocol: number | undefined, given: { status?: EdgeStatus; understood?: boolean } = {}): EdgeRecord {
  const heartbeat = EdgeHeartbeat.fromPartial(protocol === undefined ? {} : { protocol });
  const unburdened = { overloaded: false, overloadedSince: undefined, quarantine: neverQuarantined };
  return { heartbeat, heardAt: 0, status: 'alive', ...unburdened, understood: true, ...given };
}

const used = (own: number, edges: EdgeRecord[]) => [1, 2, 3, 4, 5, 6].filter(versionsInUse(own, edges));

describe('a replica of version 4', () => {
  it.each([
    ['takes its own and the next, where no older one is', [edge(4)], [4, 5]],
    ['takes the one before while it is there', [edge(3), edge(4)], [3, 4]],
    [
      'leaves out the next while the one before is there: those two do not understand each other',
      [edge(3), edge(5)],
      [3, 4],
    ],
    ['takes the next when the one before is gone', [edge(3, { status: 'dead' }), edge(5)], [4, 5]],
    ['goes by nobody it does not understand', [edge(2), edge(6)], [4, 5]],
    ['takes edges that name no version for the first', [edge(undefined)], [4, 5]],
  ])('%s', (_, edges, expected) => expect(used(4, edges)).toEqual(expected));
});

it('whoever names no version speaks the first, which a replica of the second takes', () => {
  expect(used(2, [edge(undefined), edge(2)])).toEqual([1, 2]);
});

describe('the version of all', () => {
  it('is the oldest of replicas and edges', () => {
    expect(versionOfAll(4, [4, 4], [edge(4)])).toBe(4);
    expect(versionOfAll(4, [4, 3], [edge(4)])).toBe(3);
    expect(versionOfAll(4, [4], [edge(4), edge(3)])).toBe(3);
  });

  it('does not wait for edges that are dead or not understood', () => {
    expect(versionOfAll(4, [4], [edge(3, { status: 'dead' }), edge(2, { understood: false })])).toBe(4);
  });
});
