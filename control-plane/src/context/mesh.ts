import { randomUUID } from 'node:crypto';
import { regionById } from '@canopy/geo/regions';
import { estimateRttMs } from '@canopy/geo/rtt';
import { networkPrefix } from '@canopy/runtime/address';
import { RedisMeshEvents } from '../adapters/redis/mesh-events.ts';
import { RedisReplicaStore } from '../adapters/redis/replica-store.ts';
import { RedisRttStore } from '../adapters/redis/rtt-store.ts';
import { Agreement } from '../app/edges/agreement.ts';
import { EdgeDirectory } from '../app/edges/edge-directory.ts';
import { foresee } from '../app/edges/foresight.ts';
import { LostLinks } from '../app/edges/lost-links.ts';
import { MeshLook } from '../app/edges/mesh.ts';
import { MeshLog } from '../app/edges/mesh-log.ts';
import { NetworkRtts } from '../app/edges/network-rtts.ts';
import { type ClientOrigin, Placing } from '../app/edges/placing.ts';
import { Quarantines } from '../app/edges/quarantines.ts';
import { Replicas } from '../app/edges/replicas.ts';
import { RttKeeping } from '../app/edges/rtt-keeping.ts';
import { HealthLook } from '../app/health/health.ts';
import { Planning } from '../app/planning/planning.ts';
import { defaultLostLinkLimits } from '../core/edges/lost-link.ts';
import { defaultQuarantineLimits } from '../core/edges/quarantine.ts';
import { MeasuredRtts } from '../core/placement/measured-rtt.ts';
import { defaultRebalancePolicy } from '../core/placement/rebalance.ts';
import { defaultPlacementPolicy } from '../core/placement/types.ts';
import { openEdges } from './adapters.ts';
import type { Foundation } from './foundation.ts';
import { probesOf } from './services.ts';
import type { Stores } from './stores.ts';

/** Between regions of which one is not in the catalogue: as far as it gets, so that no path is planned over it unless it was measured. */
const unknownRttMs = 400;

/** What {@link createMesh} makes. */
export type MeshParts = ReturnType<typeof createMesh>;

/** The edges there are, who is placed on which, and the plans that connect them. */
export function createMesh({ store, plans, records, isFirst }: Stores, foundation: Foundation) {
  const { config, redis, bus, geo, certificates, metrics, clock, logger, owned } = foundation;
  const { namespace, replicaId, timing } = config;
  const policy = defaultPlacementPolicy;
  const edges = new EdgeDirectory({ policy, regionLocation: regionById, limits: timing }, clock);
  const media = openEdges(config, certificates, edges, owned);
  const locate = (address: string) => {
    const { location, region } = geo.lookup(address);
    return location ?? (region === undefined ? undefined : regionById(region));
  };
  const measured = new MeasuredRtts();
  const rttKeeping = new RttKeeping({ store: new RedisRttStore(redis, namespace), measured, clock, logger });
  const networkRtts = new NetworkRtts({
    edges,
    locate,
    networkOf: networkPrefix,
    announce: (rtts) => bus.announceRttsMeasured(rtts),
    measured,
    onLearnt: (network) => rttKeeping.learnt(network),
    replicaId,
    clock,
  });
  const placing = new Placing({
    edges,
    locate,
    networkRtts,
    estimateRttMs,
    announce: (reservation) => bus.announceReservation(reservation),
    replicaId,
    policy,
    rebalancing: { ...defaultRebalancePolicy, ...timing.rebalancing },
    clock,
    onPlaced: (decision) => metrics.placed(decision),
  });
  const replicaStore = new RedisReplicaStore(redis, namespace);
  const agreement = new Agreement({ replicas: replicaStore, edges, clock, logger });
  const events = new RedisMeshEvents(redis, namespace);
  const meshLog = new MeshLog({ events, edges, agreement, isFirst, logger });
  const lostLinks = new LostLinks({ edges, limits: { ...defaultLostLinkLimits, ...timing.lostLinks }, clock, logger });
  const planning = new Planning({
    state: store,
    mesh: edges,
    links: lostLinks,
    maxFanOut: config.maxFanOut,
    plans,
    lease: plans,
    epochs: records,
    routes: bus,
    media,
    estimateRttMs: (from, to) => {
      const [a, b] = [edges.location(from), edges.location(to)];
      return a === undefined || b === undefined ? unknownRttMs : estimateRttMs(a, b);
    },
    newToken: randomUUID,
    clock,
    logger,
    onPlanned: ({ meetingId, epoch }, before, { figures, elapsedMs, cause }) => {
      metrics.planned(figures, elapsedMs);
      if (before !== undefined) meshLog.planChanged(meetingId, epoch, cause);
    },
  });
  const quarantines = new Quarantines({
    edges,
    announce: (reached) => bus.announceReached(reached),
    networkOf: networkPrefix,
    limits: { ...defaultQuarantineLimits, ...timing.quarantine },
    replicaId,
    clock,
    logger,
  });
  const replicas = new Replicas({ store: replicaStore, clock, logger });
  return {
    policy,
    edges,
    media,
    networkRtts,
    rttKeeping,
    placing,
    agreement,
    meshLog,
    planning,
    quarantines,
    lostLinks,
    mesh: new MeshLook({ edges, media, agreement, clock, logger }),
    health: new HealthLook({
      replicaId,
      probes: probesOf(foundation),
      patienceMs: timing.storeTimeoutMs,
      geoBuiltAt: () => geo.builtAt,
      agreement,
      replicas,
      edges,
      clock,
      logger,
    }),
    replicas,
    foresee: (client: ClientOrigin) => foresee(placing, client),
  };
}
