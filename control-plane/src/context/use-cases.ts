import { randomUUID } from 'node:crypto';
import { networkPrefix } from '@canopy/geo/address';
import { regionById } from '@canopy/geo/regions';
import { estimateRttMs } from '@canopy/geo/rtt';
import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import { hashSecret } from '../adapters/crypto/api-key-secrets.ts';
import { equal } from '../adapters/crypto/equal.ts';
import { joinTokens } from '../adapters/crypto/join-tokens.ts';
import { resumeTokens } from '../adapters/crypto/resume-tokens.ts';
import type { Metrics } from '../adapters/metrics/metrics.ts';
import { PostgresApiKeys } from '../adapters/postgres/api-keys.ts';
import { PostgresMeetingRecords } from '../adapters/postgres/meeting-records.ts';
import { RedisDrainStore } from '../adapters/redis/drain-store.ts';
import { firstOnRedis } from '../adapters/redis/first.ts';
import { RedisIngestStore } from '../adapters/redis/ingest-store.ts';
import { RedisMeetingStore } from '../adapters/redis/meeting-store.ts';
import { paceOnRedis } from '../adapters/redis/pace.ts';
import { RedisPlanStore } from '../adapters/redis/plan-store.ts';
import { Access } from '../app/access/access.ts';
import { Casualties } from '../app/edges/casualties.ts';
import { Draining } from '../app/edges/draining.ts';
import { EdgeDirectory } from '../app/edges/edge-directory.ts';
import { MeshLook } from '../app/edges/mesh.ts';
import { Placing } from '../app/edges/placing.ts';
import { Quarantines } from '../app/edges/quarantines.ts';
import { Rebalancing } from '../app/edges/rebalancing.ts';
import { Residency } from '../app/edges/residency.ts';
import { Rooms } from '../app/events/rooms.ts';
import { Ingest } from '../app/ingest/ingest.ts';
import { IngestHolding } from '../app/ingest/ingest-holding.ts';
import { Meetings } from '../app/meetings/meetings.ts';
import { WarmKeeping } from '../app/meetings/warm-keeping.ts';
import { Warming } from '../app/meetings/warming.ts';
import { Planning } from '../app/planning/planning.ts';
import { Attendees } from '../app/session/attendees.ts';
import { Departing } from '../app/session/departing.ts';
import { Joining } from '../app/session/join.ts';
import { Migrating } from '../app/session/migrating.ts';
import { Opening } from '../app/session/opening.ts';
import { Resuming } from '../app/session/resume.ts';
import { Roles } from '../app/session/roles.ts';
import { Showing } from '../app/session/showing.ts';
import { Subscriptions } from '../app/session/subscriptions.ts';
import { Tracks } from '../app/session/tracks.ts';
import { Transports } from '../app/session/transports.ts';
import { Unreachable } from '../app/session/unreachable.ts';
import type { Config } from '../config.ts';
import { defaultQuarantineLimits } from '../core/edges/quarantine.ts';
import { defaultRebalancePolicy } from '../core/placement/rebalance.ts';
import { defaultPlacementPolicy } from '../core/placement/types.ts';
import { type Adapters, openEdges } from './adapters.ts';

/** Between regions of which one is not in the catalogue: as far as it gets, so that no path is planned over it unless it was measured. */
const unknownRttMs = 400;

export type UseCases = ReturnType<typeof createUseCases>;

/** Puts the use cases on their adapters. */
export function createUseCases(
  config: Config,
  openAccessKeyId: string | undefined,
  { db, redis, bus, geo }: Adapters,
  metrics: Metrics,
  clock: Clock,
  logger: Logger,
  owned: AsyncDisposableStack,
) {
  const { namespace, replicaId, timing } = config;
  const policy = defaultPlacementPolicy;
  const edges = new EdgeDirectory({ policy, regionLocation: regionById, limits: timing }, clock);
  const media = openEdges(config, (edgeId) => edges.mediaAddress(edgeId), owned);
  const store = new RedisMeetingStore(redis, { namespace, ...timing });
  const plans = new RedisPlanStore(redis, namespace);
  const records = new PostgresMeetingRecords(db);
  const keys = new PostgresApiKeys(db);
  const access = new Access({
    keys,
    tokens: joinTokens,
    hashSecret,
    equal,
    openAccessKeyId,
    operatorKeyId: config.apiKey?.id,
    clock,
  });
  const placing = new Placing({
    edges,
    locate: (address) => geo.lookup(address),
    networkOf: networkPrefix,
    regionLocation: regionById,
    estimateRttMs,
    announce: (reservation) => bus.announceReservation(reservation),
    replicaId,
    policy,
    rebalancing: { ...defaultRebalancePolicy, ...timing.rebalancing },
    clock,
    onPlaced: (decision) => metrics.placed(decision),
  });
  const planning = new Planning({
    state: store,
    mesh: edges,
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
    onPlanned: (elapsedMs) => metrics.planned(elapsedMs),
  });
  const isFirst = firstOnRedis(redis, namespace);
  const keeping = new WarmKeeping({ warm: store, store, planning, media, isFirst, clock, logger });
  // Rooms tell these of what happens, and these look into rooms.
  const roles: Roles = new Roles({
    access,
    records,
    attendance: records,
    store,
    planning,
    media,
    rooms: () => rooms,
    logger,
  });
  const residency: Residency = new Residency({
    edges,
    rooms: () => rooms,
    store,
    planning,
    migrating: () => migrating,
    clock,
    logger,
  });
  const rooms = new Rooms({
    store,
    stream: store,
    bus,
    logger,
    onAppended: (count) => metrics.appended(count),
    onTracksChanged: (room) => keeping.soon(room.meetingId),
    onMeetingUpdated: (room) => residency.meetingUpdated(room),
    onRoleChanged: (room, session, before) => roles.follow(room, session, before),
    onBegunAnew: (meetingId, profile) => {
      planning.ensure(meetingId, profile).catch((error: unknown) => {
        logger.warn({ err: error, meetingId }, 'a plan could not be made anew');
      });
    },
  });
  const opening = new Opening({
    store,
    placing,
    planning,
    edges,
    media,
    clock,
    logger,
    onStage: (stage, elapsedMs) => metrics.joinStage(stage, elapsedMs),
  });
  const migrating = new Migrating({
    store,
    opening,
    planning,
    deadlineMs: timing.migrationDeadlineMs,
    clock,
    logger,
    onMove: (reason, result) => metrics.moved(reason, result),
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
  const unreachable = new Unreachable({ rooms, migrating, tell: (evidence) => quarantines.tell(evidence), logger });
  const mesh = new MeshLook({ edges, media, clock, logger });
  const pace = paceOnRedis(redis, namespace);
  const announceReplaced = bus.announceReplaced.bind(bus);
  const joining = new Joining({
    access,
    records,
    attendance: records,
    store,
    placing,
    planning,
    opening,
    media,
    rooms,
    announceReplaced,
    resumeTokens,
    logger,
    onStage: (stage, elapsedMs) => metrics.joinStage(stage, elapsedMs),
    onJoined: (result) => metrics.joined(result),
  });
  const departing = new Departing({ store, attendance: records, media, planning, rooms, logger });
  const tracks = new Tracks({ access, store, media, logger });
  const ingests = new RedisIngestStore(redis, namespace);
  const holding = new IngestHolding({ store: ingests, media, ...timing.ingest, clock, logger });
  return {
    edges,
    media,
    store,
    access,
    rooms,
    planning,
    meetings: new Meetings({ access, records, store, placing, media, mesh, rooms, edges, clock, logger }),
    mesh,
    warming: new Warming({
      access,
      records,
      edges,
      warm: store,
      planning,
      keeping,
      overloadThreshold: policy.overloadThreshold,
      isFirst,
      clock,
      logger,
    }),
    keeping,
    roles,
    residency,
    casualties: new Casualties({ rooms, planning, migrating, store, isFirst, logger }),
    migrating,
    quarantines,
    unreachable,
    draining: new Draining({
      drains: new RedisDrainStore(redis, namespace),
      pace,
      edges,
      media,
      rooms,
      migrating,
      clock,
      logger,
    }),
    rebalancing: new Rebalancing({
      edges,
      media,
      rooms,
      store,
      placing,
      pace,
      migrating,
      clock,
      logger,
      onLook: (result) => metrics.rebalanced(result),
    }),
    joining,
    resuming: new Resuming({ store, rooms, edges, media, migrating, announceReplaced, resumeTokens }),
    departing,
    tracks,
    ingest: new Ingest({ access, joining, tracks, departing, media, store: ingests, holding, logger }),
    holding,
    subscriptions: new Subscriptions({ planning, media }),
    showing: new Showing({ access, store, clock }),
    attendees: new Attendees({ access, store }),
    transports: new Transports({ media, edges }),
  };
}
