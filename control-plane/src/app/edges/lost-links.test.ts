import { EdgeFact, EdgeHeartbeat } from '@canopy/proto/bus';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { beforeEach, describe, expect, test } from 'vitest';
import { defaultLostLinkLimits as limits } from '../../core/edges/lost-link.ts';
import { defaultPlacementPolicy } from '../../core/placement/types.ts';
import { EdgeDirectory } from './edge-directory.ts';
import { LostLinks } from './lost-links.ts';

let clock: VirtualClock;
let edges: EdgeDirectory;
let links: LostLinks;

beforeEach(() => {
  clock = new VirtualClock(1_000_000);
  const silence = { silentAfterMs: 2_500, reconnectGraceMs: 5_000 };
  edges = new EdgeDirectory(
    { policy: defaultPlacementPolicy, regionLocation: () => undefined, limits: silence },
    clock,
  );
  links = new LostLinks({ edges, limits, clock, logger: silentLogger });
  links.run();
});

function heard(edgeId: string, otherId: string, unanswered: number): void {
  const neighbours = [{ edgeId: otherId, rttMs: 90, loss: 0, unanswered }];
  edges.heard(EdgeHeartbeat.fromPartial({ edgeId, bootId: 'boot', neighbours }));
}

function lose(edgeId: string, parentEdgeId: string, mediaFlows = false): void {
  links.factHeard(EdgeFact.fromPartial({ edgeId, linkLost: { meetingId: 'm', parentEdgeId, mediaFlows } }));
}

describe('links that were lost', () => {
  test('are so in both directions, for a while', () => {
    lose('us', 'eu');
    expect([links.isLost('eu', 'us'), links.isLost('us', 'eu'), links.isLost('us', 'sa')]).toEqual([true, true, false]);
    clock.advance(limits.holdMs);
    expect(links.isLost('eu', 'us')).toBe(false);
  });

  test('are not those that media still comes over', () => {
    lose('us', 'eu', true);
    expect(links.isLost('eu', 'us')).toBe(false);
  });

  test('stay so while either end hears nothing of the other, and no longer', () => {
    lose('us', 'eu');
    heard('us', 'eu', 3);
    heard('eu', 'us', 0);
    clock.advance(limits.holdMs * 3);
    expect(links.isLost('eu', 'us')).toBe(true);
    heard('us', 'eu', 0);
    clock.advance(1_000);
    expect(links.isLost('eu', 'us')).toBe(false);
  });

  test('are forgotten when one of the edges turns out to be gone, or began anew', () => {
    lose('us', 'eu');
    lose('sa', 'eu');
    lose('us', 'sa');
    links.edgeChanged({ kind: 'silent', edgeId: 'eu' });
    expect(links.isLost('us', 'eu')).toBe(true);
    links.edgeChanged({ kind: 'died', edgeId: 'eu' });
    expect([links.isLost('us', 'eu'), links.isLost('sa', 'eu'), links.isLost('us', 'sa')]).toEqual([
      false,
      false,
      true,
    ]);
    links.edgeChanged({ kind: 'rebooted', edgeId: 'us', bootId: 'next' });
    expect(links.isLost('us', 'sa')).toBe(false);
  });
});
