import { EdgeHeartbeat } from '@canopy/proto/bus';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, it } from 'vitest';
import { defaultQuarantineLimits as limits } from '../../core/edges/quarantine.ts';
import { defaultPlacementPolicy } from '../../core/placement/types.ts';
import { EdgeDirectory } from './edge-directory.ts';
import { Quarantines } from './quarantines.ts';

it('what was said against an edge is forgotten with it', () => {
  const clock = new VirtualClock(1_000_000);
  const silence = { silentAfterMs: 3_000, reconnectGraceMs: 5_000 };
  const edges = new EdgeDirectory(
    { policy: defaultPlacementPolicy, regionLocation: () => undefined, limits: silence },
    clock,
  );
  for (const edgeId of ['kept', 'gone', 'x', 'y']) edges.heard(EdgeHeartbeat.fromPartial({ edgeId, bootId: 'b' }));
  const quarantines = new Quarantines({
    edges,
    announce: () => {},
    networkOf: (address) => address,
    limits,
    replicaId: 'one',
    clock,
    logger: silentLogger,
  });
  for (const edgeId of ['kept', 'gone']) {
    for (const name of ['a', 'b', 'c'])
      quarantines.tell({ edgeId, participantId: name, address: name, reached: false });
  }
  quarantines.forget('gone');
  quarantines.run();
  clock.advance(500);
  expect(['kept', 'gone'].map((edgeId) => edges.get(edgeId)?.quarantine.state)).toEqual(['quarantined', 'clear']);
});
