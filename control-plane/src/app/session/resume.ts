import type { IceRestarted, Resume, Resumed } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import { isToldOf } from '../../core/access/audience.ts';
import type { EdgeRecord } from '../../core/edges/edge-record.ts';
import { roleOfWire } from '../../core/meeting/roles.ts';
import { inBrief, isLost } from '../../core/meeting/session.ts';
import type { EdgeMedia } from '../edges/edge-media.ts';
import type { Member } from '../events/room-member.ts';
import type { Rooms } from '../events/rooms.ts';
import type { MeetingRecords } from '../meetings/ports.ts';
import { Connected } from './connected.ts';
import type { LiveSession } from './live-session.ts';
import type { MeetingStateStore, Return } from './meeting-state-store.ts';
import type { Migrating } from './migrating.ts';
import type { ResumeTokens } from './ports.ts';
import { snapshotOf } from './wire.ts';

export interface ResumingDeps {
  store: Pick<MeetingStateStore, 'resume'>;
  rooms: Rooms;
  edges: { get(edgeId: string): EdgeRecord | undefined };
  media: Pick<EdgeMedia, 'restartIce'>;
  migrating: Pick<Migrating, 'takeUp' | 'tellAgain'>;
  announceReplaced(meetingId: string, participantId: string, connectionId: string): void;
  resumeTokens: ResumeTokens;
  /** For a breakout room: its main meeting. */
  records: Pick<MeetingRecords, 'find'>;
}

/** Gives a participant that lost its connection a new one, with everything it missed. */
export class Resuming {
  readonly #deps: ResumingDeps;

  constructor(deps: ResumingDeps) {
    this.#deps = deps;
  }

  /** Errors: RESUME_REFUSED (join again), MEETING_ENDED, STATE_UNAVAILABLE, EDGE_UNREACHABLE, TIMEOUT (nobody waits any more). */
  async resume(request: Resume, connectionId: string, member: Member): Promise<[Connected, Resumed]> {
    const token = this.#deps.resumeTokens.read(request.resumeToken);
    if (token === undefined) throw new CanopyError('RESUME_REFUSED');
    const { participantId, hash } = token;
    const room = await this.#deps.rooms.acquire(token.meetingId);
    const { meetingId } = room;
    const heard = room.enter(connectionId, member);
    try {
      if (!member.isOpen) throw new CanopyError('TIMEOUT');
      const next = this.#deps.resumeTokens.issue(meetingId, participantId);
      const connection = { id: connectionId, resumeHash: next.hash };
      const back = await this.#resume(meetingId, participantId, hash, connection, request.position);
      room.changed(back);
      if (back.previousConnectionId !== undefined) {
        this.#deps.announceReplaced(meetingId, participantId, connectionId);
        room.replaced(participantId, connectionId);
      }
      this.#requireMedia(back);
      const { movedFrom } = back;
      const knowsWhere = movedFrom === undefined || (request.edgeId ?? back.session.edgeId) === back.session.edgeId;
      // What the client has, it has elsewhere: it is about to leave that.
      const restartsIce = request.restartIce && knowsWhere;
      const ice = restartsIce ? await this.#restartIce(meetingId, participantId, back) : undefined;
      const session: LiveSession = {
        meetingId,
        profile: back.profile,
        participantId,
        name: back.participant.name,
        role: roleOfWire(back.participant.role),
        ...(request.role === undefined ? {} : { toldRole: roleOfWire(request.role) }),
        connectionId,
        resumeHash: next.hash,
        media: inBrief(back.session),
      };
      if (movedFrom !== undefined) this.#deps.migrating.takeUp(room, session, movedFrom);
      if (!knowsWhere) this.#deps.migrating.tellAgain(room, session);
      const state = back.missed === undefined ? await room.reach(back.position) : undefined;
      const resumed: Resumed = {
        events: (back.missed ?? []).filter((event) => isToldOf(event, session, session.profile.mode)),
        snapshot: state && snapshotOf(session, state),
        ice,
        resumeToken: next.token,
        name: session.name,
      };
      return [new Connected(room, heard, session, state?.position ?? back.position), resumed];
    } catch (error) {
      room.exit(connectionId);
      this.#deps.rooms.release(room);
      throw error;
    }
  }

  async #resume(...[meetingId, ...rest]: Parameters<MeetingStateStore['resume']>): Promise<Return> {
    try {
      return await this.#deps.store.resume(meetingId, ...rest);
    } catch (error) {
      const ended = error instanceof CanopyError && error.code === 'MEETING_ENDED';
      const meeting = ended ? await this.#deps.records.find(meetingId) : undefined;
      // A breakout room is no more, but its main meeting may go on: that is what the join token leads to.
      if (meeting?.parentId !== undefined) throw new CanopyError('RESUME_REFUSED', undefined, { cause: error });
      throw error;
    }
  }

  #requireMedia({ session }: Return): void {
    if (isLost(session, this.#deps.edges.get(session.edgeId))) throw new CanopyError('RESUME_REFUSED');
  }

  async #restartIce(meetingId: string, participantId: string, { session }: Return): Promise<IceRestarted> {
    try {
      return await this.#deps.media.restartIce(session.edgeId, { meetingId, participantId });
    } catch (error) {
      if (error instanceof CanopyError && error.code === 'SESSION_NOT_FOUND') {
        throw new CanopyError('RESUME_REFUSED', undefined, { cause: error });
      }
      throw error;
    }
  }
}
