import { setImmediate as nextTurn } from 'node:timers/promises';
import { EdgeHeartbeat, EdgeLifecycle } from '@canopy/proto/bus';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { describe, expect, it } from 'vitest';
import { defaultPlacementPolicy } from '../../core/placement/types.ts';
import { type Drain, Draining } from './draining.ts';
import { EdgeDirectory } from './edge-directory.ts';

const day = 86_400_000;

/** A replica that goes on with ordered drains of these edges. */
function setUp(edgeIds: readonly string[]) {
  const clock = new VirtualClock(1_000_000);
  const limits = { silentAfterMs: 3_000, reconnectGraceMs: 5_000 };
  const edges = new EdgeDirectory({ policy: defaultPlacementPolicy, regionLocation: () => undefined, limits }, clock);
  const drain = (edgeId: string): Drain => ({ edgeId, ordered: true, startedAt: clock.now(), movedSessions: 0 });
  const drains = new Map(edgeIds.map((edgeId) => [edgeId, drain(edgeId)]));
  const unexpected = async () => {
    throw new Error('nothing else is done');
  };
  const draining = new Draining({
    drains: {
      list: async () => [...drains.values()],
      begin: unexpected,
      end: async (edgeId) => void drains.delete(edgeId),
      endOwn: unexpected,
      moved: unexpected,
    },
    pace: { allow: unexpected },
    edges,
    media: { setDraining: unexpected, getState: unexpected },
    rooms: { list: () => [] },
    migrating: { move: unexpected },
    clock,
    logger: silentLogger,
  });
  draining.run();
  const pass = async (ms: number) => {
    clock.advance(ms);
    await nextTurn();
  };
  const beat = (edgeId: string) =>
    edges.heard(EdgeHeartbeat.fromPartial({ edgeId, bootId: 'b', state: EdgeLifecycle.DRAINING }));
  return { edges, pass, beat, left: () => [...drains.keys()] };
}

describe('a drain', () => {
  it('ends when its edge was gone for a day', async () => {
    const { edges, pass, beat, left } = setUp(['unknown', 'dead', 'alive']);
    for (const edgeId of ['dead', 'alive']) beat(edgeId);
    edges.convict('dead');
    await pass(250);
    await pass(day - 250);
    expect(left()).toEqual(['unknown', 'dead', 'alive']);
    await pass(250);
    expect(left()).toEqual(['alive']);
  });

  it('waits for its edge anew when that was heard of in between', async () => {
    const { edges, pass, beat, left } = setUp(['edge']);
    await pass(250);
    await pass(day - 250);
    beat('edge');
    await pass(250);
    edges.convict('edge');
    await pass(250);
    await pass(day - 250);
    expect(left()).toEqual(['edge']);
    await pass(250);
    expect(left()).toEqual([]);
  });
});
