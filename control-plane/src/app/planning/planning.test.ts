import { EdgeHeartbeat, EdgeLifecycle } from '@canopy/proto/bus';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, it } from 'vitest';
import { defaultLostLinkLimits } from '../../core/edges/lost-link.ts';
import type { MeetingProfile } from '../../core/meeting/meeting.ts';
import { defaultPlacementPolicy } from '../../core/placement/types.ts';
import type { MeetingPlan } from '../../core/routing/meeting-plan.ts';
import { EdgeDirectory } from '../edges/edge-directory.ts';
import { LostLinks } from '../edges/lost-links.ts';
import type { Newcomer } from './plan-check.ts';
import { Planning } from './planning.ts';

const meetingId = 'webinar';
const profile: MeetingProfile = { title: 'Webinar', mode: 'webinar', settings: {}, revision: 1 };
const limits = { silentAfterMs: 3_000, reconnectGraceMs: 5_000 };

/** A webinar whose stage is on the edge "stage" and whose audience is on "hall", with two more edges beside them; counts what is asked of the stores and of the edges. */
function aWebinar() {
  const clock = new VirtualClock(1_000_000);
  const edges = new EdgeDirectory(
    { policy: defaultPlacementPolicy, regionLocation: () => ({ latitude: 50, longitude: 8 }), limits },
    clock,
  );
  const links = new LostLinks({ edges, limits: defaultLostLinkLimits, clock, logger: silentLogger });
  const asked = { usage: 0, lease: 0, mesh: 0 };
  const beat = (edgeId: string, load = 0) =>
    edges.heard(EdgeHeartbeat.fromPartial({ edgeId, bootId: 'boot', region: 'eu', state: EdgeLifecycle.READY, load }));
  for (const edgeId of ['stage', 'hall', 'annex', 'gallery']) beat(edgeId);
  let audience = 'hall';
  let stored: MeetingPlan | undefined;
  let epoch = 0;
  const planning = new Planning({
    state: {
      usage: async () => {
        asked.usage += 1;
        const participants = new Map([
          ['stage', 1],
          [audience, 3_000],
        ]);
        return { usage: { participants, originIds: ['stage'] }, plan: stored, profile };
      },
    },
    mesh: {
      list: () => {
        asked.mesh += 1;
        return edges.list();
      },
      get: (edgeId) => edges.get(edgeId),
      get standing() {
        return edges.standing;
      },
      measured: () => undefined,
      linkAddress: (edgeId) => edges.linkAddress(edgeId),
      highestEpoch: () => epoch,
    },
    links,
    plans: {
      load: async () => stored,
      store: async (plan) => {
        stored = plan;
        return true;
      },
    },
    lease: {
      acquire: async () => {
        asked.lease += 1;
        return true;
      },
      renew: async () => true,
      release: async () => {},
    },
    epochs: { next: async (_, floor) => (epoch = floor + 1) },
    routes: { announceRoutes: () => true },
    media: { setRoutes: async () => {} },
    maxFanOut: 16,
    estimateRttMs: () => 10,
    newToken: () => 'token',
    clock,
    logger: silentLogger,
  });
  const ensure = (newcomer?: Newcomer) => planning.ensure(meetingId, profile, 'joined', newcomer);
  return {
    asked,
    beat,
    ensure,
    loseHall: () => {
      edges.convict('hall');
      audience = 'annex';
    },
    loseLink: () =>
      links.factHeard({
        edgeId: 'hall',
        bootId: 'boot',
        linkLost: { meetingId, parentEdgeId: 'stage', switchedToBackup: false, mediaFlows: false },
      }),
    /** What is asked while something is done. */
    during: async (work: () => Promise<unknown>) => {
      const before = { ...asked };
      await work();
      return {
        usage: asked.usage - before.usage,
        lease: asked.lease - before.lease,
        mesh: asked.mesh - before.mesh,
      };
    },
  };
}

it('plans once for an audience that loses its edge, though all of it asks at once', async () => {
  const { ensure, loseHall, during } = aWebinar();
  await ensure();
  loseHall();
  let plans: MeetingPlan[] = [];
  const { usage, lease } = await during(async () => {
    plans = await Promise.all(Array.from({ length: 100 }, () => ensure()));
  });
  expect(plans.every((plan) => plan.cascades.get('stage')?.nodes.has('annex'))).toBe(true);
  expect(new Set(plans.map(({ epoch }) => epoch)).size).toBe(1);
  // One look each, and the planner's own.
  expect({ usage, lease }).toEqual({ usage: 101, lease: 1 });
});

it('plans again for whoever the plan made meanwhile does not serve', async () => {
  const { ensure, loseHall, during } = aWebinar();
  await ensure();
  loseHall();
  const { lease } = await during(async () => {
    const [before, after] = await Promise.all([ensure(), ensure({ edgeId: 'gallery', publishes: false })]);
    expect(before.cascades.get('stage')?.nodes.has('gallery')).toBe(false);
    expect(after.cascades.get('stage')?.nodes.has('gallery')).toBe(true);
  });
  expect(lease).toBe(2);
});

it('looks at the mesh anew only when something may have changed for a plan, not at every heartbeat', async () => {
  const { beat, ensure, loseLink, during } = aWebinar();
  await ensure();
  const { mesh: first } = await during(() => ensure());
  expect(first).toBe(1);
  const { mesh: meanwhile } = await during(async () => {
    for (let load = 0; load < 0.5; load += 0.1) {
      beat('hall', load);
      await ensure();
    }
  });
  expect(meanwhile).toBe(0);
  loseLink();
  const { mesh: afterwards } = await during(() => ensure());
  expect(afterwards).toBeGreaterThan(0);
});
