import { randomUUID } from 'node:crypto';
import { networkPrefix } from '@canopy/geo/address';
import { regionById } from '@canopy/geo/regions';
import { estimateRttMs } from '@canopy/geo/rtt';
import type { Certificates } from '@canopy/runtime/certificates';
import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import { hashSecret, keySecretsOf, randomSecret } from '../adapters/crypto/api-key-secrets.ts';
import { equal } from '../adapters/crypto/equal.ts';
import { invitationTokens } from '../adapters/crypto/invitation-tokens.ts';
import { joinTokens } from '../adapters/crypto/join-tokens.ts';
import { argon2Passwords } from '../adapters/crypto/passwords.ts';
import { recordingLinks } from '../adapters/crypto/recording-links.ts';
import { resumeTokens } from '../adapters/crypto/resume-tokens.ts';
import { sessionTokens } from '../adapters/crypto/session-tokens.ts';
import type { Metrics } from '../adapters/metrics/metrics.ts';
import { PostgresAccountRecords } from '../adapters/postgres/account-records.ts';
import { PostgresApiKeys } from '../adapters/postgres/api-keys.ts';
import { PostgresAuditRecords } from '../adapters/postgres/audit-records.ts';
import { PostgresBans } from '../adapters/postgres/bans.ts';
import { PostgresBreakoutRecords } from '../adapters/postgres/breakout-records.ts';
import { PostgresChatRecords } from '../adapters/postgres/chat-records.ts';
import { PostgresKeyRecords } from '../adapters/postgres/key-records.ts';
import { PostgresMeetingRecords } from '../adapters/postgres/meeting-records.ts';
import { PostgresPollRecords } from '../adapters/postgres/poll-records.ts';
import { PostgresQuestionRecords } from '../adapters/postgres/question-records.ts';
import { PostgresRecordingRecords } from '../adapters/postgres/recording-records.ts';
import { PostgresScheduleRecords } from '../adapters/postgres/schedule-records.ts';
import { PostgresWebhookRecords } from '../adapters/postgres/webhook-records.ts';
import { RedisDrainStore } from '../adapters/redis/drain-store.ts';
import { firstOnRedis } from '../adapters/redis/first.ts';
import { RedisHttpSessionStore } from '../adapters/redis/http-session-store.ts';
import { RedisLobbyStore } from '../adapters/redis/lobby-store.ts';
import { RedisMeetingStore } from '../adapters/redis/meeting-store.ts';
import { RedisMeshEvents } from '../adapters/redis/mesh-events.ts';
import { paceOnRedis } from '../adapters/redis/pace.ts';
import { RedisPlanStore } from '../adapters/redis/plan-store.ts';
import { type RequestLimit, requestLimiter } from '../adapters/redis/rate-limiter.ts';
import { RedisReplicaStore } from '../adapters/redis/replica-store.ts';
import { AddressGuard } from '../adapters/webhooks/address-guard.ts';
import { HttpWebhookSender } from '../adapters/webhooks/sender.ts';
import { webhookSigning } from '../adapters/webhooks/signing.ts';
import { Access } from '../app/access/access.ts';
import { Callers } from '../app/access/callers.ts';
import { LiveAccess } from '../app/access/live.ts';
import { Accounts } from '../app/accounts/accounts.ts';
import { PersonalRooms } from '../app/accounts/personal-rooms.ts';
import { Audit } from '../app/audit/audit.ts';
import { BreakoutRooms } from '../app/breakouts/breakouts.ts';
import { BreakoutKeeping } from '../app/breakouts/keeping.ts';
import { Chat } from '../app/chat/chat.ts';
import { ReactionTelling } from '../app/chat/reaction-telling.ts';
import { Casualties } from '../app/edges/casualties.ts';
import { Draining } from '../app/edges/draining.ts';
import { EdgeDirectory } from '../app/edges/edge-directory.ts';
import { foresee } from '../app/edges/foresight.ts';
import { MeshLook } from '../app/edges/mesh.ts';
import { MeshLog } from '../app/edges/mesh-log.ts';
import { type ClientOrigin, Placing } from '../app/edges/placing.ts';
import { Quarantines } from '../app/edges/quarantines.ts';
import { Rebalancing } from '../app/edges/rebalancing.ts';
import { Replicas } from '../app/edges/replicas.ts';
import { Residency } from '../app/edges/residency.ts';
import { Doorkeeping } from '../app/entry/doorkeeping.ts';
import { Entrance } from '../app/entry/entrance.ts';
import { Lobby } from '../app/entry/lobby.ts';
import { Rooms } from '../app/events/rooms.ts';
import { Holding } from '../app/http-sessions/holding.ts';
import { HttpSessions } from '../app/http-sessions/http-sessions.ts';
import { Ingest } from '../app/http-sessions/ingest.ts';
import { Playback } from '../app/http-sessions/playback.ts';
import { Speakers } from '../app/http-sessions/speakers.ts';
import { Keys } from '../app/keys/keys.ts';
import { Ending } from '../app/meetings/ending.ts';
import { Links } from '../app/meetings/links.ts';
import { MeetingList } from '../app/meetings/meeting-list.ts';
import { Meetings } from '../app/meetings/meetings.ts';
import { WarmKeeping } from '../app/meetings/warm-keeping.ts';
import { Warming } from '../app/meetings/warming.ts';
import { Moderating } from '../app/moderation/moderating.ts';
import { Rules } from '../app/moderation/rules.ts';
import { Planning } from '../app/planning/planning.ts';
import { Polls } from '../app/polls/polls.ts';
import { ResultsTelling } from '../app/polls/results-telling.ts';
import { Questions } from '../app/questions/questions.ts';
import { VoteTelling } from '../app/questions/vote-telling.ts';
import { Hands } from '../app/reactions/hands.ts';
import { Reactions } from '../app/reactions/reactions.ts';
import { RecordingKeeping } from '../app/recording/recording-keeping.ts';
import { Recordings } from '../app/recording/recordings.ts';
import { Reminding } from '../app/schedules/reminding.ts';
import { Schedules } from '../app/schedules/schedules.ts';
import { Attendees } from '../app/session/attendees.ts';
import { Departing } from '../app/session/departing.ts';
import { Joining } from '../app/session/join.ts';
import { Migrating } from '../app/session/migrating.ts';
import { Opening } from '../app/session/opening.ts';
import { Resuming } from '../app/session/resume.ts';
import { Roles } from '../app/session/roles.ts';
import { Showing } from '../app/session/showing.ts';
import { Subscriptions } from '../app/session/subscriptions.ts';
import { Succession } from '../app/session/succession.ts';
import { Tracks } from '../app/session/tracks.ts';
import { Transferring } from '../app/session/transferring.ts';
import { Transports } from '../app/session/transports.ts';
import { defaultTurnstileLimits, Turnstile } from '../app/session/turnstile.ts';
import { Unreachable } from '../app/session/unreachable.ts';
import { Delivering } from '../app/webhooks/delivering.ts';
import { Webhooks } from '../app/webhooks/webhooks.ts';
import type { Config } from '../config.ts';
import { defaultQuarantineLimits } from '../core/edges/quarantine.ts';
import { defaultRebalancePolicy } from '../core/placement/rebalance.ts';
import { defaultPlacementPolicy } from '../core/placement/types.ts';
import { type Adapters, openEdges } from './adapters.ts';

/** Between regions of which one is not in the catalogue: as far as it gets, so that no path is planned over it unless it was measured. */
const unknownRttMs = 400;
/** An office has one address: a few people who mistype, and no time to guess. */
const passwordAttempts: RequestLimit = { requests: 20, seconds: 60 };

/** What one participant may do: write, edit and react in the chat on stage, the same in an audience, react over the stage, raise a hand, ask a question, vote for questions and in polls, deal with questions and polls. */
const conversationLimits = {
  chat: { requests: 30, seconds: 10 },
  audienceChat: { requests: 6, seconds: 20 },
  reactions: { requests: 20, seconds: 10 },
  hands: { requests: 10, seconds: 10 },
  questions: { requests: 5, seconds: 30 },
  votes: { requests: 30, seconds: 10 },
  handling: { requests: 30, seconds: 10 },
} as const satisfies Record<string, RequestLimit>;

/** Passwords tried for one account or from one address, before they have to wait. */
const attempts = { requests: 20, seconds: 300 };

/** Keys that nobody needs to have. */
export interface KeyIds {
  /** The one that callers without one act as; undefined: they are refused. */
  openAccess: string | undefined;
  /** The one that users' meetings are kept under. */
  accounts: string;
}

export type UseCases = ReturnType<typeof createUseCases>;

/** Puts the use cases on their adapters. */
export function createUseCases(
  config: Config,
  { openAccess: openAccessKeyId, accounts: accountsKeyId }: KeyIds,
  { db, redis, bus, geo }: Adapters,
  certificates: Certificates | undefined,
  metrics: Metrics,
  clock: Clock,
  logger: Logger,
  owned: AsyncDisposableStack,
) {
  const { namespace, replicaId, timing } = config;
  const policy = defaultPlacementPolicy;
  const edges = new EdgeDirectory({ policy, regionLocation: regionById, limits: timing }, clock);
  const media = openEdges(config, certificates, (edgeId) => edges.mediaAddress(edgeId), owned);
  const store = new RedisMeetingStore(redis, { namespace, ...timing });
  const plans = new RedisPlanStore(redis, namespace);
  const records = new PostgresMeetingRecords(db);
  const keys = new PostgresApiKeys(db);
  const users = new PostgresAccountRecords(db);
  const access = new Access({
    keys,
    tokens: joinTokens,
    invitations: invitationTokens,
    hashSecret,
    equal,
    openAccessKeyId,
    accountsKeyId,
    userOf: (token) => users.userOf(sessionTokens.hash(token)),
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
  const isFirst = firstOnRedis(redis, namespace);
  const meshLog = new MeshLog({ events: new RedisMeshEvents(redis, namespace), edges, isFirst, logger });
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
    onPlanned: ({ meetingId, epoch }, before, figures, elapsedMs) => {
      metrics.planned(figures, elapsedMs);
      if (before !== undefined) meshLog.planChanged(meetingId, epoch);
    },
  });
  const keeping = new WarmKeeping({ warm: store, store, planning, media, isFirst, clock, logger });
  const recordingRecords = new PostgresRecordingRecords(db);
  const live = new LiveAccess({ access, records, store });
  const lobbies = new RedisLobbyStore(redis, namespace);
  const bans = new PostgresBans(db);
  // Rooms tell these of what happens, and these look into rooms.
  const roles: Roles = new Roles({
    access,
    live,
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
  const recordingKeeping: RecordingKeeping = new RecordingKeeping({
    records: recordingRecords,
    store,
    edges,
    planning,
    media,
    rooms: () => rooms,
    isFirst,
    clock,
    logger,
  });
  const lobby: Lobby = new Lobby({ lobbies, store, rooms: () => rooms, clock, logger });
  const breakoutRecords = new PostgresBreakoutRecords(db);
  const succession: Succession = new Succession({
    store,
    meetings: records,
    breakouts: breakoutRecords,
    attendance: records,
    rooms: () => rooms,
    logger,
  });
  const rooms = new Rooms({
    store,
    stream: store,
    bus,
    logger,
    onAppended: (count) => metrics.appended(count),
    onTracksChanged: ({ meetingId }) => {
      keeping.soon(meetingId);
      recordingKeeping.soon(meetingId);
    },
    onEvent: (room, event) => lobby.heard(room, event),
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
  const departing = new Departing({ store, attendance: records, media, planning, succession, rooms, logger });
  const rules = new Rules({ live, records, store, rooms });
  const entrance = new Entrance({
    bans,
    records,
    lobby,
    lobbies,
    store,
    passwordMatches: (password, hash) => argon2Passwords.matches(password, hash),
    admitAttempt: requestLimiter(redis, `${namespace}:passwords`, passwordAttempts),
  });
  const limit = (name: keyof typeof conversationLimits) =>
    requestLimiter(redis, `${namespace}:${name}`, conversationLimits[name]);
  const chatRecords = new PostgresChatRecords(db);
  const questionRecords = new PostgresQuestionRecords(db);
  const pollRecords = new PostgresPollRecords(db);
  const [votes, handling] = [limit('votes'), limit('handling')];
  const ending = new Ending({ records, store, media, rooms, logger });
  const announceReplaced = bus.announceReplaced.bind(bus);
  const joining = new Joining({
    access,
    entrance,
    turnstile: new Turnstile(defaultTurnstileLimits, clock),
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
    clock,
    logger,
    onStage: (stage, elapsedMs) => metrics.joinStage(stage, elapsedMs),
    onJoined: (result, elapsedMs) => metrics.joined(result, elapsedMs),
  });
  const tracks = new Tracks({ access, store, media, logger });
  const subscriptions = new Subscriptions({ planning, media });
  const httpSessionStore = new RedisHttpSessionStore(redis, namespace);
  const holding = new Holding({ store: httpSessionStore, media, ...timing.httpSessions, clock, logger });
  const httpSessions = new HttpSessions({
    access,
    joining,
    departing,
    media,
    store: httpSessionStore,
    holding,
    logger,
  });
  const speakers = new Speakers(clock);
  const transferring = new Transferring({
    joining,
    store,
    departing,
    planning,
    deadlineMs: timing.migrationDeadlineMs,
    clock,
    logger,
  });
  const meetings = new Meetings({
    access,
    live,
    hashPassword: (password) => argon2Passwords.hash(password),
    records,
    store,
    placing,
    mesh,
    rooms,
    ending,
    edges,
    clock,
  });
  const schedules = new PostgresScheduleRecords(db);
  const webhooks = new PostgresWebhookRecords(db);
  const guard = new AddressGuard(config.webhooksToPrivateAddresses);
  return {
    edges,
    media,
    store,
    accounts: new Accounts({
      records: users,
      sessions: users,
      passwords: argon2Passwords,
      tokens: sessionTokens,
      meetings,
      signUpAllowed: config.signUp,
      admitAttempt: requestLimiter(redis, `${namespace}:attempts`, attempts),
      clock,
      logger,
    }),
    personalRooms: new PersonalRooms({ accounts: users, records, meetings }),
    schedules: new Schedules({
      access,
      records: schedules,
      hashPassword: (password) => argon2Passwords.hash(password),
      clock,
    }),
    reminding: new Reminding({ records: schedules, clock, logger }),
    webhooks: new Webhooks({ access, records: webhooks, guard, newSecret: webhookSigning.newSecret }),
    delivering: new Delivering({
      outbox: webhooks,
      sender: new HttpWebhookSender(guard),
      sign: webhookSigning.sign,
      random: Math.random,
      clock,
      logger,
    }),
    access,
    keys: new Keys({
      access,
      records: new PostgresKeyRecords(db),
      newId: () => `k_${randomUUID().replaceAll('-', '')}`,
      newSecret() {
        const secret = randomSecret();
        return { secret, kept: keySecretsOf(secret) };
      },
      clock,
    }),
    audit: new Audit({ access, records: new PostgresAuditRecords(db) }),
    rooms,
    planning,
    meetings,
    meetingList: new MeetingList({ access, records, store }),
    mesh,
    replicas: new Replicas({ store: new RedisReplicaStore(redis, namespace, () => clock.now()), clock, logger }),
    meshLog,
    foresee: (client: ClientOrigin) => foresee(placing, client),
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
    recordingKeeping,
    recordings: new Recordings({
      live,
      access,
      meetings: records,
      keys,
      links: recordingLinks,
      clock,
      records: recordingRecords,
      store,
      keeping: recordingKeeping,
      rooms: () => rooms,
    }),
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
    transferring,
    breakouts: new BreakoutRooms({
      access,
      meetings: records,
      records: breakoutRecords,
      store,
      rooms,
      announce: () => bus.announceBreakoutsChanged(),
    }),
    breakoutKeeping: new BreakoutKeeping({
      records: breakoutRecords,
      meetings: records,
      store,
      rooms,
      transferring,
      ending,
      clock,
      logger,
    }),
    resuming: new Resuming({ records, store, rooms, edges, media, migrating, announceReplaced, resumeTokens }),
    departing,
    tracks,
    httpSessions,
    ingest: new Ingest({ sessions: httpSessions, tracks }),
    playback: new Playback({ sessions: httpSessions, subscriptions, speakers, clock, logger }),
    speakers,
    holding,
    lobby,
    rules,
    moderating: new Moderating({ live, store, media, departing, rules, bans, lobbies, rooms, logger }),
    doorkeeping: new Doorkeeping({ live, lobby, lobbies, store, rooms }),
    links: new Links({ access, live, records }),
    subscriptions,
    showing: new Showing({ access, store, clock }),
    attendees: new Attendees({ access, store }),
    callers: new Callers({ access, records, store }),
    chat: new Chat({
      access,
      records: chatRecords,
      store,
      rooms,
      telling: new ReactionTelling({ records: chatRecords, store, rooms, clock, logger }),
      limits: { stage: limit('chat'), audience: limit('audienceChat') },
    }),
    questions: new Questions({
      access,
      records: questionRecords,
      store,
      rooms,
      telling: new VoteTelling({ records: questionRecords, store, rooms, clock, logger }),
      limits: { ask: limit('questions'), vote: votes, handle: handling },
    }),
    polls: new Polls({
      access,
      records: pollRecords,
      store,
      rooms,
      telling: new ResultsTelling({ records: pollRecords, store, rooms, clock, logger }),
      limits: { vote: votes, manage: handling },
    }),
    reactions: new Reactions({ access, store, rooms, limit: limit('reactions'), clock, logger }),
    hands: new Hands({ access, store, rooms, limit: limit('hands') }),
    transports: new Transports({ media, edges }),
  };
}
