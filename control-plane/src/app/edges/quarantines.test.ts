import { EdgeHeartbeat } from '@canopy/proto/bus';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, it } from 'vitest';
import { defaultQuarantineLimits as limits } from '../../core/edges/quarantine.ts';
import { defaultPlacementPolicy } from '../../core/placement/types.ts';
import { EdgeDirectory } from './edge-directory.ts';
import { Quarantines } from './quarantines.ts';

/** Edges of which these two are told of, and others, since never more than half of all are quarantined. */
function setUp() {
  const clock = new VirtualClock(1_000_000);
  const silence = { silentAfterMs: 3_000, reconnectGraceMs: 5_000 };
  const edges = new EdgeDirectory(
    { policy: defaultPlacementPolicy, regionLocation: () => undefined, limits: silence },
    clock,
  );
  for (const edgeId of ['one', 'two', 'x', 'y']) edges.heard(EdgeHeartbeat.fromPartial({ edgeId, bootId: 'b' }));
  const quarantines = new Quarantines({
    edges,
    announce: () => {},
    networkOf: (address) => address,
    limits,
    replicaId: 'one',
    clock,
    logger: silentLogger,
  });
  quarantines.run();
  const tell = (edgeId: string, names: readonly string[], reached: boolean) => {
    for (const name of names) quarantines.tell({ edgeId, participantId: name, address: name, reached });
  };
  const states = () => {
    clock.advance(500);
    return ['one', 'two'].map((edgeId) => edges.get(edgeId)?.quarantine.state);
  };
  return { quarantines, tell, states };
}

it('what was said against an edge is forgotten with it', () => {
  const { quarantines, tell, states } = setUp();
  for (const edgeId of ['one', 'two']) tell(edgeId, ['a', 'b', 'c'], false);
  quarantines.forget('two');
  expect(states()).toEqual(['quarantined', 'clear']);
});

it('an edge that most of a great audience reaches is not quarantined for those who do not', () => {
  const { tell, states } = setUp();
  const audience = Array.from({ length: 2_000 }, (_, index) => `network ${index}`);
  for (const [index, name] of audience.entries()) {
    tell('one', [name], index % 8 > 0);
    tell('two', [name], index % 8 === 0);
  }
  expect(states()).toEqual(['clear', 'quarantined']);
});
