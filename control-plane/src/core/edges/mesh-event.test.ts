import { EdgeFact, EdgeHeartbeat, EdgeLifecycle } from '@canopy/proto/bus';
import { expect, test } from 'vitest';
import type { EdgeRecord } from './edge-record.ts';
import { eventOfChange, eventOfFact } from './mesh-event.ts';
import { neverQuarantined } from './quarantine.ts';

function record(state: EdgeLifecycle): EdgeRecord {
  const heartbeat = EdgeHeartbeat.fromPartial({ edgeId: 'fra-1', state });
  const unburdened = { overloaded: false, overloadedSince: undefined, quarantine: neverQuarantined, understood: true };
  return { heartbeat, heardAt: 0, status: 'alive', ...unburdened };
}

test('a change of what an edge says of itself is draining, or being ready again', () => {
  const change = { kind: 'changed', edgeId: 'fra-1' } as const;
  expect(eventOfChange(change, record(EdgeLifecycle.DRAINING)).kind).toBe('edge.draining');
  expect(eventOfChange(change, record(EdgeLifecycle.READY)).kind).toBe('edge.ready');
});

test('an edge that died is lost', () => {
  expect(eventOfChange({ kind: 'died', edgeId: 'fra-1' }, undefined)).toEqual({ kind: 'edge.lost', edgeId: 'fra-1' });
});

test('a lost link is seamless where its tracks go on over the backup', () => {
  const linkLost = { meetingId: 'm', parentEdgeId: 'iad-1' };
  const fact = (switchedToBackup: boolean) =>
    EdgeFact.fromPartial({ edgeId: 'fra-1', linkLost: { ...linkLost, switchedToBackup } });
  expect(eventOfFact(fact(true))).toEqual({ kind: 'link.lost', edgeId: 'fra-1', ...linkLost, seamless: true });
  expect(eventOfFact(fact(false))?.seamless).toBe(false);
});

test('a session that closed is nothing to tell operators', () => {
  const fact = EdgeFact.fromPartial({ edgeId: 'fra-1', sessionClosed: { meetingId: 'm', participantId: 'p' } });
  expect(eventOfFact(fact)).toBeUndefined();
});
