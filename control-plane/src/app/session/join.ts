import type { Join, Joined, Participant } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { KeyedQueue } from '@canopy/runtime/keyed-queue';
import type { Logger } from '@canopy/runtime/logger';
import { firstTracks } from '../../core/meeting/first-tracks.ts';
import type { Meeting, MeetingProfile } from '../../core/meeting/meeting.ts';
import { canPublish, wireRole } from '../../core/meeting/roles.ts';
import type { MeetingState } from '../../core/meeting/state.ts';
import { cleanText } from '../../core/meeting/text.ts';
import type { PlacementDecision } from '../../core/placement/types.ts';
import type { MeetingPlan } from '../../core/routing/meeting-plan.ts';
import type { Access } from '../access/access.ts';
import type { JoinClaims } from '../access/ports.ts';
import type { EdgeDirectory } from '../edges/edge-directory.ts';
import type { EdgeMedia } from '../edges/edge-media.ts';
import type { ClientOrigin, Placing } from '../edges/placing.ts';
import type { Room } from '../events/room.ts';
import type { Member } from '../events/room-member.ts';
import type { Rooms } from '../events/rooms.ts';
import type { AttendanceRecords, MeetingRecords } from '../meetings/ports.ts';
import type { Planning } from '../planning/planning.ts';
import { Connected } from './connected.ts';
import type { LiveSession } from './live-session.ts';
import type { MeetingStateStore } from './meeting-state-store.ts';
import type { ResumeTokens } from './ports.ts';
import { snapshotOf, targetsOf } from './wire.ts';

export type JoinStage = 'authorize' | 'place' | 'plan' | 'open' | 'enter';

export interface JoiningDeps {
  access: Pick<Access, 'participant'>;
  records: Pick<MeetingRecords, 'find' | 'goLive'>;
  attendance: Pick<AttendanceRecords, 'joined'>;
  store: Pick<MeetingStateStore, 'usage' | 'join'>;
  placing: Placing;
  planning: Pick<Planning, 'ensure' | 'table'>;
  edges: Pick<EdgeDirectory, 'get'>;
  media: Pick<EdgeMedia, 'openSession' | 'closeSession'>;
  rooms: Rooms;
  announceReplaced(meetingId: string, participantId: string, connectionId: string): void;
  resumeTokens: ResumeTokens;
  clock: Clock;
  logger: Logger;
  onStage?(stage: JoinStage, elapsedMs: number): void;
  /** `result` is 'ok' or the code of the error. */
  onJoined?(result: string): void;
}

/** Edges tried for one join: an edge may refuse, or be gone without anyone knowing yet. */
const mostAttempts = 3;
const maxNameLength = 64;

interface Opened {
  decision: PlacementDecision;
  edgeId: string;
  region: string;
  bootId: string;
  plan: MeetingPlan;
  response: Awaited<ReturnType<EdgeMedia['openSession']>>;
}

/** Brings a participant into a meeting: one message, one answer, then media. */
export class Joining {
  readonly #deps: JoiningDeps;
  /** Joins of the same participant follow each other, so that the last one owns the media session. */
  readonly #queue = new KeyedQueue();

  constructor(deps: JoiningDeps) {
    this.#deps = deps;
  }

  /** Errors: TOKEN_INVALID, MEETING_NOT_FOUND, MEETING_ENDED, NO_EDGE_AVAILABLE, INVALID_MEDIA_PARAMETERS, STATE_UNAVAILABLE. */
  async join(request: Join, client: ClientOrigin, connectionId: string, member: Member): Promise<[Connected, Joined]> {
    try {
      const { claims, meeting } = await this.#stage('authorize', () => this.#authorize(request.token));
      const joined = await this.#queue.run(`${meeting.id} ${claims.participantId}`, () =>
        this.#enter(request, client, connectionId, member, claims, meeting),
      );
      this.#deps.onJoined?.('ok');
      return joined;
    } catch (error) {
      this.#deps.onJoined?.(CanopyError.from(error).code);
      throw error;
    }
  }

  async #authorize(token: string): Promise<{ claims: JoinClaims; meeting: Meeting }> {
    const { claims, keyId } = await this.#deps.access.participant(token);
    const meeting = await this.#deps.records.find(claims.meetingId);
    if (meeting === undefined) throw new CanopyError('MEETING_NOT_FOUND');
    if (meeting.apiKeyId !== keyId) throw new CanopyError('TOKEN_INVALID');
    const live = meeting.status === 'live' || (await this.#deps.records.goLive(meeting.id));
    if (!live || meeting.status === 'ended') throw new CanopyError('MEETING_ENDED');
    return { claims: { ...claims, name: cleanText(claims.name, maxNameLength) || 'Guest' }, meeting };
  }

  async #enter(
    request: Join,
    client: ClientOrigin,
    connectionId: string,
    member: Member,
    claims: JoinClaims,
    { id: meetingId, title, mode, settings }: Meeting,
  ): Promise<[Connected, Joined]> {
    const profile: MeetingProfile = { title, mode, settings };
    const room = await this.#deps.rooms.acquire(meetingId);
    const heard = room.enter(connectionId, member);
    let opened: Opened | undefined;
    try {
      await this.#closePrevious(meetingId, claims.participantId, room.state);
      opened = await this.#open(request, client, claims, meetingId, profile, room);
      const participant = participantOf(claims, opened);
      const resume = this.#deps.resumeTokens.issue(meetingId, claims.participantId);
      const session = this.#session(meetingId, profile, claims, connectionId, resume.hash, opened);
      const arrival = await this.#stage('enter', () =>
        this.#deps.store.join(meetingId, profile, participant, session.media, {
          id: connectionId,
          resumeHash: resume.hash,
        }),
      );
      room.changed(arrival);
      if (arrival.previous !== undefined) {
        this.#deps.announceReplaced(meetingId, claims.participantId, connectionId);
        room.replaced(claims.participantId, connectionId);
      }
      this.#record(claims, opened.edgeId);
      if (arrival.planEpoch !== opened.plan.epoch) this.#planAgain(meetingId, profile);
      const joined: Joined = {
        participantId: claims.participantId,
        role: wireRole(claims.role),
        resumeToken: resume.token,
        meeting: snapshotOf(meetingId, profile, arrival.state),
        edge: { id: opened.edgeId, region: opened.region },
        sendTransport: opened.response.sendTransport,
        receiveTransport: opened.response.receiveTransport,
        consumers: opened.response.consumers,
      };
      return [new Connected(room, heard, session, arrival.state.position), joined];
    } catch (error) {
      room.exit(connectionId);
      this.#deps.rooms.release(room);
      if (opened !== undefined) this.#close(opened.edgeId, meetingId, claims.participantId);
      throw error;
    }
  }

  async #open(
    request: Join,
    client: ClientOrigin,
    claims: JoinClaims,
    meetingId: string,
    profile: MeetingProfile,
    room: Room,
  ): Promise<Opened> {
    this.#deps.placing.learn(client);
    const { usage, plan: known } = await this.#deps.store.usage(meetingId);
    const refused = new Set<string>();
    let lastError: unknown;
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const decision = await this.#stage('place', async () =>
        this.#deps.placing.choose(client, profile, usage, known, refused),
      );
      const { edgeId } = decision;
      const edge = edgeId === undefined ? undefined : this.#deps.edges.get(edgeId)?.heartbeat;
      if (edgeId === undefined || edge === undefined) break;
      this.#deps.placing.reserve(decision, edgeId);
      const publishes = canPublish(claims.role);
      const plan = await this.#stage('plan', () =>
        this.#deps.planning.ensure(meetingId, profile, { edgeId, publishes }),
      );
      const { tracks } = room.state;
      try {
        const response = await this.#stage('open', () =>
          this.#deps.media.openSession(edgeId, {
            meetingId,
            participantId: claims.participantId,
            rtpCapabilities: request.rtpCapabilities,
            dtlsParameters: request.dtlsParameters,
            canPublish: publishes,
            targets: targetsOf(firstTracks(tracks, claims.participantId), tracks),
            routes: this.#deps.planning.table(plan, edgeId),
          }),
        );
        return { decision, edgeId, region: edge.region, bootId: edge.bootId, plan, response };
      } catch (error) {
        if (error instanceof CanopyError && !error.retryable) throw error;
        this.#deps.logger.warn({ err: error, meetingId, edgeId }, 'an edge refused a participant');
        lastError = error;
        refused.add(edgeId);
      }
    }
    throw new CanopyError('NO_EDGE_AVAILABLE', undefined, { cause: lastError });
  }

  #session(
    meetingId: string,
    profile: MeetingProfile,
    claims: JoinClaims,
    connectionId: string,
    resumeHash: string,
    { edgeId, bootId, decision }: Opened,
  ): LiveSession {
    const media = { edgeId, bootId, userId: claims.userId, decision, placedAt: this.#deps.clock.now() };
    return {
      meetingId,
      profile,
      participantId: claims.participantId,
      role: claims.role,
      connectionId,
      resumeHash,
      media,
    };
  }

  /** A participant that joins again leaves its old media session behind. */
  async #closePrevious(meetingId: string, participantId: string, state: MeetingState): Promise<void> {
    const previous = state.participants.find(({ id }) => id === participantId);
    if (previous === undefined) return;
    try {
      await this.#deps.media.closeSession(previous.edgeId, { meetingId, participantId });
    } catch (error) {
      this.#deps.logger.debug({ err: error, meetingId, participantId }, 'the previous session could not be closed');
    }
  }

  #close(edgeId: string, meetingId: string, participantId: string): void {
    this.#deps.media.closeSession(edgeId, { meetingId, participantId }).catch((error: unknown) => {
      this.#deps.logger.warn({ err: error, meetingId, participantId, edgeId }, 'a session could not be closed');
    });
  }

  #record(claims: JoinClaims, edgeId: string): void {
    this.#deps.attendance.joined({ ...claims, edgeId }).catch((error: unknown) => {
      this.#deps.logger.warn({ err: error, meetingId: claims.meetingId }, 'an attendance was not recorded');
    });
  }

  /** Somebody planned between our planning and our entering, without us. */
  #planAgain(meetingId: string, profile: MeetingProfile): void {
    this.#deps.planning.ensure(meetingId, profile).catch((error: unknown) => {
      this.#deps.logger.warn({ err: error, meetingId }, 'a plan could not be made anew');
    });
  }

  async #stage<T>(stage: JoinStage, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      this.#deps.onStage?.(stage, performance.now() - startedAt);
    }
  }
}

function participantOf({ participantId, name, role }: JoinClaims, { edgeId, region }: Opened): Participant {
  return { id: participantId, name, role: wireRole(role), edgeId, region, connected: true };
}
