import { longestName } from '@canopy/proto/conversation';
import type { Join, Joined } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError, type ErrorCode } from '@canopy/runtime/errors';
import { KeyedQueue } from '@canopy/runtime/keyed-queue';
import type { Logger } from '@canopy/runtime/logger';
import { inSpan } from '@canopy/runtime/tracing';
import type { EdgeRecord } from '../../core/edges/edge-record.ts';
import { opensAt } from '../../core/meeting/early-join.ts';
import { isEncrypted } from '../../core/meeting/encryption.ts';
import { type Meeting, type MeetingProfile, profileOf } from '../../core/meeting/meeting.ts';
import { type RoleName, roleOfWire, wireRole } from '../../core/meeting/roles.ts';
import { alikeCapabilities, type ClientMedia, inBrief, isLost, type MediaSession } from '../../core/meeting/session.ts';
import type { MeetingState } from '../../core/meeting/state.ts';
import { cleanText } from '../../core/meeting/text.ts';
import type { Access } from '../access/access.ts';
import type { JoinClaims } from '../access/ports.ts';
import type { NetworkRtts } from '../edges/network-rtts.ts';
import type { ClientOrigin } from '../edges/placing.ts';
import type { Entrance } from '../entry/entrance.ts';
import type { Visitor } from '../entry/lobby.ts';
import type { Room } from '../events/room.ts';
import type { Member } from '../events/room-member.ts';
import type { Rooms } from '../events/rooms.ts';
import type { MeetingRecords } from '../meetings/ports.ts';
import type { Planning } from '../planning/planning.ts';
import type { AttendanceNotes } from './attendance-notes.ts';
import type { Closing } from './closing.ts';
import { Connected } from './connected.ts';
import { type LiveSession, recordOf } from './live-session.ts';
import type { Arrival, MeetingStateStore } from './meeting-state-store.ts';
import type { Opened, Opening, OpeningStage } from './opening.ts';
import type { ResumeTokens } from './ports.ts';
import type { Turn, Turnstile } from './turnstile.ts';
import { snapshotOf } from './wire.ts';

/** A program without a client of ours: nobody there can be told anything. It publishes whatever its role allows, or plays as an attendee. */
export type Bare = 'publishes' | 'plays';

/** Somebody who comes in. */
export interface Entering {
  claims: JoinClaims;
  meeting: Meeting;
  client: ClientMedia;
  connectionId: string;
  member: Member;
  bare: Bare | undefined;
  /** From the main meeting or one of its rooms: it finds room, and stays what it is there. */
  transferred: boolean;
}

export type JoinStage = 'authorize' | OpeningStage | 'enter';

export interface JoiningDeps {
  access: Pick<Access, 'participant'>;
  entrance: Pick<Entrance, 'pass' | 'requireStillWelcome'>;
  turnstile: Pick<Turnstile, 'pass' | 'passFirst'>;
  records: Pick<MeetingRecords, 'find' | 'goLive'>;
  attendance: Pick<AttendanceNotes, 'joined' | 'left'>;
  store: Pick<MeetingStateStore, 'join' | 'withdraw' | 'session' | 'givenRole'>;
  networkRtts: Pick<NetworkRtts, 'learn'>;
  planning: Pick<Planning, 'ensure' | 'shrinkSoon'>;
  opening: Pick<Opening, 'open'>;
  closing: Pick<Closing, 'session'>;
  edges: { get(edgeId: string): EdgeRecord | undefined };
  rooms: Rooms;
  announceReplaced(meetingId: string, participantId: string, connectionId: string): void;
  resumeTokens: ResumeTokens;
  clock: Clock;
  logger: Logger;
  onStage?(stage: JoinStage, elapsedMs: number): void;
  /** How a join ended, and the time it took, but for waiting in a lobby. */
  onJoined?(result: 'ok' | ErrorCode, elapsedMs: number): void;
}

/** Brings a participant into a meeting: one message, one answer, then media. */
export class Joining {
  readonly #deps: JoiningDeps;
  /** Joins of the same participant follow each other, so that the last one owns the media session. */
  readonly #queue = new KeyedQueue();

  constructor(deps: JoiningDeps) {
    this.#deps = deps;
  }

  /** Waits as long as the meeting's door is closed to this person. What is {@link Bare} can't wait, and can't follow to another edge. Errors: those of the entrance, TOKEN_INVALID, MEETING_NOT_FOUND, MEETING_ENDED, MEETING_NOT_OPEN, ENCRYPTION_REQUIRED, MEETING_FULL, NO_EDGE_AVAILABLE, INVALID_MEDIA_PARAMETERS, BUSY, STATE_UNAVAILABLE. */
  async join(
    request: Join,
    client: ClientOrigin,
    connectionId: string,
    member: Member,
    visitor: Visitor | Bare,
  ): Promise<[Connected, Joined]> {
    const startedAt = performance.now();
    let waitedMs = 0;
    const done = (result: 'ok' | ErrorCode) => this.#deps.onJoined?.(result, performance.now() - startedAt - waitedMs);
    const bare = visitor === 'publishes' || visitor === 'plays' ? visitor : undefined;
    try {
      const { claims, meeting: known } = await this.#stage('authorize', () =>
        this.#deps.turnstile.pass(() => this.#authorize(request)),
      );
      const { password } = request;
      const { address } = client;
      const waits = visitor === 'publishes' || visitor === 'plays' ? undefined : visitor;
      const atTheDoor = performance.now();
      const meeting = await this.#deps.entrance.pass({ claims, meeting: known, password, address, visitor: waits });
      waitedMs = performance.now() - atTheDoor;
      await this.#begin(meeting);
      this.#deps.networkRtts.learn(client);
      const joined = await this.enter({
        claims,
        meeting,
        client: clientMedia(request, client, bare),
        connectionId,
        member,
        bare,
        transferred: false,
      });
      const [connected] = joined;
      await this.#deps.entrance.requireStillWelcome(claims).catch((error: unknown) => {
        this.takeBack(connected);
        throw error;
      });
      done('ok');
      return joined;
    } catch (error) {
      done(CanopyError.from(error).code);
      throw error;
    }
  }

  /** Enters somebody who may. Errors: MEETING_ENDED, MEETING_FULL, NO_EDGE_AVAILABLE, INVALID_MEDIA_PARAMETERS, STATE_UNAVAILABLE. */
  enter(entering: Entering): Promise<[Connected, Joined]> {
    return this.#queue.run(`${entering.meeting.id} ${entering.claims.participantId}`, () =>
      this.#deps.turnstile.passFirst((turn) => this.#enter(entering, turn)),
    );
  }

  /** Undoes that, for somebody who was not told that it is in. */
  takeBack({ room, session }: Connected): void {
    const { meetingId, participantId, connectionId, media } = session;
    room.exit(connectionId);
    this.#deps.rooms.release(room);
    void this.#deps.closing.session(media, meetingId, participantId);
    this.#deps.planning.shrinkSoon(meetingId, 'left');
    this.#withdraw(room, participantId, connectionId, true);
  }

  async #authorize({ token, encryptsEndToEnd }: Join): Promise<{ claims: JoinClaims; meeting: Meeting }> {
    const { claims, keyId } = await this.#deps.access.participant(token);
    const meeting = await this.#deps.records.find(claims.meetingId);
    if (meeting === undefined) throw new CanopyError('MEETING_NOT_FOUND');
    if (meeting.apiKeyId !== keyId) throw new CanopyError('TOKEN_INVALID');
    if (isEncrypted(meeting) && encryptsEndToEnd !== true) throw new CanopyError('ENCRYPTION_REQUIRED');
    const opens = opensAt(meeting, claims.role);
    if (opens !== undefined && this.#deps.clock.now() < opens)
      throw new CanopyError('MEETING_NOT_OPEN', `The meeting opens at ${new Date(opens).toISOString()}.`);
    if (meeting.status === 'ended') throw new CanopyError('MEETING_ENDED');
    return { claims: { ...claims, name: cleanText(claims.name, longestName) || 'Guest' }, meeting };
  }

  /** Somebody comes in: who only waits at the door begins nothing. */
  async #begin({ id, status }: Meeting): Promise<void> {
    if (status !== 'live' && !(await this.#deps.records.goLive(id))) throw new CanopyError('MEETING_ENDED');
  }

  async #enter(entering: Entering, { aside }: Turn): Promise<[Connected, Joined]> {
    const { claims, meeting, client, connectionId, member, bare, transferred } = entering;
    const profile = profileOf(meeting);
    const room = await this.#deps.rooms.acquire(meeting.id);
    // The room's own, so that ten thousand sessions do not keep as many copies of it.
    const { meetingId } = room;
    const heard = room.enter(connectionId, member);
    let opened: Opened | undefined;
    let noted = false;
    try {
      if (!member.isOpen) throw new CanopyError('TIMEOUT');
      const { participantId, name, userId } = claims;
      const [givenRole, previous] = await Promise.all([
        this.#deps.store.givenRole(meetingId, participantId),
        this.#deps.store.session(meetingId, participantId),
      ]);
      if (previous !== undefined) await this.#closePrevious(previous, meetingId, participantId, aside);
      const role = roleOf(entering, givenRole);
      const party = { room, profile, participantId, role, userId, client, aside };
      const wants = bare === undefined ? undefined : [];
      opened = await this.#deps.opening.open({ ...party, wants, avoid: new Set() });
      const { session: media } = opened;
      if (!member.isOpen) {
        // A newer connection of its may be in already, and have taken over what was opened here.
        if ((await this.#deps.store.session(meetingId, participantId))?.edgeId === media.edgeId) opened = undefined;
        throw new CanopyError('TIMEOUT');
      }
      const resume = this.#deps.resumeTokens.issue(meetingId, participantId);
      const session: LiveSession = {
        meetingId,
        profile,
        participantId,
        name,
        role,
        connectionId,
        resumeHash: resume.hash,
        media: inBrief(media),
        ...(wants && { wants, staysPut: true }),
      };
      const arrival = await this.#stage('enter', () =>
        this.#deps.store.join(
          meetingId,
          profile,
          recordOf(session),
          media,
          { id: connectionId, resumeHash: resume.hash },
          transferred,
        ),
      );
      session.profile = arrival.profile;
      session.toldRole = role;
      Object.assign(session, asEntered(arrival, session));
      room.changed(arrival);
      if (arrival.previous !== undefined) {
        this.#deps.announceReplaced(meetingId, claims.participantId, connectionId);
        room.replaced(claims.participantId, connectionId);
        this.#closeMovedFrom(arrival.previous.movedFrom, opened.session.edgeId, meetingId, participantId);
      }
      this.#deps.attendance.joined({ ...claims, name: session.name, role, edgeId: opened.session.edgeId });
      noted = true;
      if (arrival.planEpoch !== opened.plan.epoch) this.#planAgain(meetingId, profile);
      const state = await this.#stateWith(room, arrival);
      const joined: Joined = {
        participantId: claims.participantId,
        role: wireRole(role),
        resumeToken: resume.token,
        name: session.name,
        meeting: snapshotOf(session, state),
        edge: { id: opened.session.edgeId, region: opened.region },
        sendTransport: opened.response.sendTransport,
        receiveTransport: opened.response.receiveTransport,
        consumers: opened.response.consumers,
      };
      return [new Connected(room, heard, session, state.position), joined];
    } catch (error) {
      room.exit(connectionId);
      this.#deps.rooms.release(room);
      if (opened !== undefined) {
        void this.#deps.closing.session(opened.session, meetingId, claims.participantId);
        this.#withdraw(room, claims.participantId, connectionId, noted);
      }
      throw error;
    }
  }

  /** A store that stood still takes what it was asked when it goes on, and this after it. `noted`: that it came is written down. */
  #withdraw(room: Room, participantId: string, connectionId: string, noted: boolean): void {
    const { meetingId } = room;
    this.#deps.store.withdraw(meetingId, participantId, connectionId).then(
      (change) => {
        room.changed(change);
        if (noted && change.events.length > 0) this.#deps.attendance.left(meetingId, participantId);
      },
      (error: unknown) => {
        this.#deps.logger.debug({ err: error, meetingId, participantId }, 'a failed join may not be taken back yet');
      },
    );
  }

  /** The state with the newcomer in it. */
  #stateWith(room: Room, { events }: Arrival): Promise<MeetingState> {
    return room.reach(events.at(-1)?.position ?? room.position);
  }

  /** A participant that joins again leaves its old media session behind. */
  async #closePrevious(
    previous: MediaSession,
    meetingId: string,
    participantId: string,
    aside: Turn['aside'],
  ): Promise<void> {
    if (isLost(previous, this.#deps.edges.get(previous.edgeId))) return;
    await aside(() => this.#deps.closing.session(previous, meetingId, participantId));
  }

  /** It joined again in the middle of a move. */
  #closeMovedFrom(
    from: MediaSession | undefined,
    presentEdgeId: string,
    meetingId: string,
    participantId: string,
  ): void {
    if (from !== undefined && from.edgeId !== presentEdgeId)
      void this.#deps.closing.session(from, meetingId, participantId);
  }

  /** Somebody planned between our planning and our entering, without us. */
  #planAgain(meetingId: string, profile: MeetingProfile): void {
    this.#deps.planning.ensure(meetingId, profile, 'joined').catch((error: unknown) => {
      this.#deps.logger.warn({ err: error, meetingId }, 'a plan could not be made anew');
    });
  }

  async #stage<T>(stage: JoinStage, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await inSpan(`join.${stage}`, {}, work);
    } finally {
      this.#deps.onStage?.(stage, performance.now() - startedAt);
    }
  }
}

const nothingMeasured: ClientMedia['rttMs'] = {};

function clientMedia(
  { rtpCapabilities, dtlsParameters, acceptsBackupConsumers = false }: Join,
  { address, location, rttMs }: ClientOrigin,
  bare: Bare | undefined,
): ClientMedia {
  return {
    rtpCapabilities: rtpCapabilities && alikeCapabilities(rtpCapabilities),
    dtlsParameters,
    acceptsBackupConsumers,
    chosePayloadTypes: bare === 'plays',
    address,
    location,
    rttMs: rttMs === undefined || rttMs.size === 0 ? nothingMeasured : Object.fromEntries(rttMs),
  };
}

function roleOf({ claims, bare, transferred }: Entering, givenRole: RoleName | undefined): RoleName {
  if (bare === 'plays') return 'attendee';
  return transferred ? claims.role : (givenRole ?? claims.role);
}

/** Another role than its session was opened for, if it was given that in between; and the name that it was given here before. */
function asEntered(
  { events }: Arrival,
  { participantId, role, name }: LiveSession,
): Pick<LiveSession, 'role' | 'name'> {
  const entered = events.map(({ participantJoined, participantUpdated }) => participantJoined ?? participantUpdated);
  const own = entered.findLast((participant) => participant?.id === participantId);
  return own === undefined ? { role, name } : { role: roleOfWire(own.role), name: own.name };
}
