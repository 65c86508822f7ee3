import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { RedisEdgeMemory } from '../adapters/redis/edge-memory.ts';
import { watchEdges } from '../app/edges/edge-watch.ts';
import { Suspicions } from '../app/edges/suspicions.ts';
import { keepPresent } from '../app/session/presence.ts';
import { sweepEvery } from '../app/session/sweeping.ts';
import type { Config } from '../config.ts';
import type { Adapters } from './adapters.ts';
import type { UseCases } from './use-cases.ts';

/** Starts what a replica does without being asked. Ends with `owned`. */
export async function startBackground(
  config: Config,
  { bus, redis }: Pick<Adapters, 'bus' | 'redis'>,
  {
    edges,
    media,
    rooms,
    store,
    departing,
    casualties,
    draining,
    rebalancing,
    orphans,
    residency,
    warming,
    keeping,
    warmReplacing,
    holding,
    recordingKeeping,
    breakoutKeeping,
    accounts,
    reminding,
    delivering,
    quarantines,
    networkRtts,
    rttKeeping,
    edgeNotices,
    lostLinks,
    reviewing,
    unreachable,
    lobby,
    meshLog,
    agreement,
    speakers,
  }: UseCases,
  clock: Clock,
  logger: Logger,
  owned: AsyncDisposableStack,
): Promise<void> {
  const { replicaId, namespace, timing } = config;
  const memory = new RedisEdgeMemory(redis, namespace, clock, logger);
  const recalled = await memory.recall();
  const report = (error: unknown) => {
    const known = CanopyError.from(error);
    logger.warn({ err: error, code: known.code }, 'a loss was not fully handled');
  };
  owned.defer(watchEdges(bus, edges, media, replicaId, clock, logger));
  // What is wrong with them is logged; to the others below it is no news.
  for (const heartbeat of recalled) edges.heard(heartbeat);
  bus.onHeartbeat((heartbeat) => {
    edges.heard(heartbeat);
    memory.remember(heartbeat);
  });
  owned.defer(
    edges.changes.on('forgotten', (edgeId) => {
      memory.forget(edgeId);
      quarantines.forget(edgeId);
    }),
  );
  const suspicions = new Suspicions({ edges, media, clock, logger });
  owned.defer(media.onBroken((edgeId) => suspicions.channelBroke(edgeId)));
  bus.onFact((fact) => {
    const { edgeId, linkLost } = fact;
    if (linkLost !== undefined && linkLost.mediaFlows !== true) suspicions.linkLost(linkLost.parentEdgeId, edgeId);
    // Before the casualties: plans made because of a loss know of it already.
    lostLinks.factHeard(fact);
    casualties.factHeard(fact).catch(report);
    meshLog.factHeard(fact);
    speakers.factHeard(fact);
    unreachable.connected(fact).catch(report);
    edgeNotices.factHeard(fact).catch(report);
  });
  owned.defer(
    edges.changes.on('change', (change) => {
      // First, for the same reason.
      lostLinks.edgeChanged(change);
      casualties.edgeChanged(change).catch(report);
      warmReplacing.edgeChanged(change);
      meshLog.edgeChanged(change);
    }),
  );
  bus.onReached((reached) => quarantines.heard(reached));
  bus.onRttsMeasured((measured) => networkRtts.heard(measured));
  owned.defer(agreement.run());
  owned.defer(quarantines.run());
  owned.defer(networkRtts.run());
  owned.use(rttKeeping).run();
  owned.defer(lostLinks.run());
  owned.defer(reviewing.run());
  owned.defer(draining.run());
  owned.defer(rebalancing.run());
  owned.defer(orphans.run());
  owned.defer(residency.run());
  owned.defer(warming.run());
  owned.defer(keeping.run());
  owned.defer(warmReplacing.run());
  owned.defer(holding.run());
  owned.defer(recordingKeeping.run());
  owned.defer(lobby.run());
  bus.onBreakoutsChanged(() => breakoutKeeping.soon());
  owned.defer(breakoutKeeping.run());
  owned.defer(accounts.run());
  owned.defer(reminding.run());
  owned.use(delivering).run();
  owned.defer(rooms.compareEvery(timing.compareStreamsEveryMs, clock));
  owned.defer(rooms.countEvery(timing.tellCountsEveryMs, clock));
  owned.defer(keepPresent(rooms, store, timing.renewPresenceEveryMs, clock, logger));
  owned.defer(sweepEvery(departing, timing.sweepEveryMs, clock, logger));
}
