import { hashSecret } from '../adapters/crypto/api-key-secrets.ts';
import { equal } from '../adapters/crypto/equal.ts';
import { invitationTokens } from '../adapters/crypto/invitation-tokens.ts';
import { joinTokens } from '../adapters/crypto/join-tokens.ts';
import { networkHashes } from '../adapters/crypto/network-hashes.ts';
import { argon2Passwords } from '../adapters/crypto/passwords.ts';
import { recordingLinks } from '../adapters/crypto/recording-links.ts';
import { rememberedPasswords } from '../adapters/crypto/remembered-passwords.ts';
import { resumeTokens } from '../adapters/crypto/resume-tokens.ts';
import { sessionTokens } from '../adapters/crypto/session-tokens.ts';
import { PostgresRecordingRecords } from '../adapters/postgres/recording-records.ts';
import { RedisDrainStore } from '../adapters/redis/drain-store.ts';
import { mediaEdgesOnRedis } from '../adapters/redis/media-edges.ts';
import { paceOnRedis } from '../adapters/redis/pace.ts';
import { attemptLimiter, type RequestLimit } from '../adapters/redis/rate-limiter.ts';
import { Access } from '../app/access/access.ts';
import { LiveAccess } from '../app/access/live.ts';
import { BreakoutRooms } from '../app/breakouts/breakouts.ts';
import { BreakoutKeeping } from '../app/breakouts/keeping.ts';
import { Casualties } from '../app/edges/casualties.ts';
import { Draining } from '../app/edges/draining.ts';
import { Orphans } from '../app/edges/orphans.ts';
import { Rebalancing } from '../app/edges/rebalancing.ts';
import { Residency } from '../app/edges/residency.ts';
import { Doorkeeping } from '../app/entry/doorkeeping.ts';
import { Entrance } from '../app/entry/entrance.ts';
import { Lobby } from '../app/entry/lobby.ts';
import { Rooms } from '../app/events/rooms.ts';
import { Ending } from '../app/meetings/ending.ts';
import { Links } from '../app/meetings/links.ts';
import { MeetingList } from '../app/meetings/meeting-list.ts';
import { Meetings } from '../app/meetings/meetings.ts';
import { WarmKeeping } from '../app/meetings/warm-keeping.ts';
import { WarmReplacing } from '../app/meetings/warm-replacing.ts';
import { Warming } from '../app/meetings/warming.ts';
import { BanList } from '../app/moderation/ban-list.ts';
import { Moderating } from '../app/moderation/moderating.ts';
import { Rules } from '../app/moderation/rules.ts';
import { Reviewing } from '../app/planning/reviewing.ts';
import { RecordingKeeping } from '../app/recording/recording-keeping.ts';
import { Recordings } from '../app/recording/recordings.ts';
import { AttendanceNotes } from '../app/session/attendance-notes.ts';
import { Attendees } from '../app/session/attendees.ts';
import { Closing } from '../app/session/closing.ts';
import { Departing } from '../app/session/departing.ts';
import { EdgeNotices } from '../app/session/edge-notices.ts';
import { Family } from '../app/session/family.ts';
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
import { Turnstile } from '../app/session/turnstile.ts';
import { Unreachable } from '../app/session/unreachable.ts';
import { createAdministration } from './administration.ts';
import { createConversation } from './conversation.ts';
import type { Foundation } from './foundation.ts';
import { createHttpSessions } from './http-sessions.ts';
import { createMesh } from './mesh.ts';
import { createStores } from './stores.ts';

/** Wrong ones: an office has one address, with a few people who mistype, and no time to guess. */
const passwordAttempts: RequestLimit = { requests: 20, seconds: 60 };

export type UseCases = ReturnType<typeof createUseCases>;

/** Puts the use cases on their adapters. */
export function createUseCases(foundation: Foundation) {
  const { config, keyIds, secret, db, redis, bus, metrics, clock, logger } = foundation;
  const { namespace, timing } = config;
  const stores = createStores(foundation);
  const { store, stream, warm, records, keys, users, lobbies, bans, breakoutRecords, isFirst, done } = stores;
  const parts = createMesh(stores, foundation);
  const { policy, edges, media, networkRtts, placing, planning, quarantines, mesh } = parts;
  const access = new Access({
    keys,
    tokens: joinTokens,
    invitations: invitationTokens,
    hashSecret,
    equal,
    openAccessKeyId: keyIds.openAccess,
    accountsKeyId: keyIds.accounts,
    userOf: (token) => users.userOf(sessionTokens.hash(token)),
    clock,
  });
  const keeping = new WarmKeeping({ warm, store, planning, media, isFirst, clock, logger });
  const recordingRecords = new PostgresRecordingRecords(db);
  const live = new LiveAccess({ access, records, store });
  const family = new Family({ store, meetings: records, breakouts: breakoutRecords });
  const attendance = new AttendanceNotes({ records, clock, random: Math.random, logger });
  // Rooms tell these of what happens, and these look into rooms.
  const roles: Roles = new Roles({
    access,
    live,
    attendance,
    store,
    family,
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
    meetings: records,
    store,
    edges,
    planning,
    media,
    rooms: () => rooms,
    isFirst,
    clock,
    logger,
  });
  const lobby: Lobby = new Lobby({ lobbies, store, family, rooms: () => rooms, clock, logger });
  const succession = new Succession({ family, roles, clock, random: Math.random, logger });
  const rooms = new Rooms({
    replicaId: config.replicaId,
    store,
    stream,
    bus,
    logger,
    onAppended: (count) => metrics.appended(count),
    onTracksChanged: ({ meetingId }) => {
      keeping.soon(meetingId);
      recordingKeeping.soon(meetingId);
    },
    onEvent: (room, event) => lobby.heard(room, event),
    onReadAnew: (room) => lobby.look(room),
    waitingBackstage: (meetingId) => lobby.backstage(meetingId),
    onMeetingUpdated: (room) => residency.meetingUpdated(room),
    onRoleChanged: (room, session, before) => roles.follow(room, session, before),
    onBegunAnew: (meetingId, profile) => {
      planning.ensure(meetingId, profile, 'restored').catch((error: unknown) => {
        logger.warn({ err: error, meetingId }, 'a plan could not be made anew');
      });
    },
  });
  const isAlive = (edgeId: string) => edges.get(edgeId)?.status === 'alive';
  const closing = new Closing({ media, isAlive, clock, random: Math.random, logger });
  const opening = new Opening({
    store,
    placing,
    planning,
    edges,
    media,
    closing,
    clock,
    logger,
    onStage: (stage, elapsedMs) => metrics.joinStage(stage, elapsedMs),
  });
  const migrating = new Migrating({
    store,
    opening,
    closing,
    planning,
    deadlineMs: timing.migrationDeadlineMs,
    clock,
    logger,
    onMove: (reason, result) => metrics.moved(reason, result),
  });
  const edgeNotices = new EdgeNotices(rooms);
  const unreachable = new Unreachable({ rooms, migrating, tell: (evidence) => quarantines.tell(evidence), logger });
  const pace = paceOnRedis(redis, namespace);
  const departing = new Departing({ store, attendance, closing, planning, succession, rooms, logger });
  const rules = new Rules({ live, records, store, rooms });
  const networkHash = networkHashes(secret);
  const turnstile = new Turnstile(timing.joins, clock);
  const entrance = new Entrance({
    bans,
    networkHash,
    records,
    lobby,
    lobbies,
    turnstile,
    store,
    passwordMatches: rememberedPasswords((password, hash) => argon2Passwords.matches(password, hash)),
    admitAttempt: attemptLimiter(redis, `${namespace}:passwords`, passwordAttempts),
  });
  const ending = new Ending({ records, store, closing, rooms, clock, random: Math.random, logger });
  const announceReplaced = bus.announceReplaced.bind(bus);
  const joining = new Joining({
    access,
    entrance,
    turnstile,
    records,
    attendance,
    store,
    networkRtts,
    planning,
    opening,
    closing,
    edges,
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
    registrations: stores.registrationRecords,
    schedules: stores.scheduleRecords,
    accounts: stores.users,
    clock,
  });
  return {
    ...parts,
    ...createAdministration({ access, live, meetings, ending }, stores, foundation),
    ...createHttpSessions({ access, joining, departing, media, tracks, subscriptions }, foundation),
    ...createConversation({ access, live, attendance, store, rooms }, foundation),
    store,
    access,
    live,
    rooms,
    meetings,
    meetingList: new MeetingList({ access, records, store }),
    warming: new Warming({
      access,
      records,
      edges,
      warm,
      store,
      planning,
      keeping,
      overloadThreshold: policy.overloadThreshold,
      isFirst,
      done,
      clock,
      logger,
    }),
    keeping,
    warmReplacing: new WarmReplacing({
      warm,
      records,
      store,
      edges,
      planning,
      keeping,
      overloadThreshold: policy.overloadThreshold,
      bus,
      limits: timing,
      clock,
      logger,
    }),
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
      keptForMs: config.recordingsKeptForMs,
      rooms: () => rooms,
    }),
    residency,
    reviewing: new Reviewing({
      rooms,
      planning,
      edges,
      isFirst,
      everyMs: timing.reviewPlansEveryMs,
      random: Math.random,
      clock,
      logger,
    }),
    casualties: new Casualties({ rooms, planning, migrating, store, isFirst, clock, logger }),
    migrating,
    edgeNotices,
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
    orphans: new Orphans({
      edges,
      media,
      edgesOf: mediaEdgesOnRedis(redis, namespace),
      isFirst,
      lookEveryMs: timing.lookForOrphansEveryMs,
      clock,
      logger,
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
    lobby,
    rules,
    moderating: new Moderating({ live, store, media, departing, rules, bans, networkHash, lobbies, rooms, logger }),
    banList: new BanList({ live, bans, logger }),
    doorkeeping: new Doorkeeping({ live, lobby, lobbies, store, rooms }),
    links: new Links({ access, live, records }),
    subscriptions,
    showing: new Showing({ access, store, rooms, clock }),
    attendees: new Attendees({ access, store }),
    transports: new Transports({ media, edges }),
  };
}
