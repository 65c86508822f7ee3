import { LeaveReason, Role } from '@canopy/proto/signal';
import { inTurns } from '@canopy/runtime/in-turns';
import type { Logger } from '@canopy/runtime/logger';
import type { SessionName } from '../../core/meeting/session.ts';
import type { Rooms } from '../events/rooms.ts';
import type { Planning } from '../planning/planning.ts';
import type { AttendanceNotes } from './attendance-notes.ts';
import type { Closing } from './closing.ts';
import type { Connected } from './connected.ts';
import type { LeftBehind, MeetingStateStore } from './meeting-state-store.ts';
import type { Succession } from './succession.ts';

export interface DepartingDeps {
  store: Pick<MeetingStateStore, 'participant' | 'leave' | 'disconnect' | 'withdraw' | 'sweep' | 'dueMeetings'>;
  attendance: Pick<AttendanceNotes, 'left'>;
  closing: Pick<Closing, 'session'>;
  planning: Pick<Planning, 'shrinkSoon'>;
  succession: Pick<Succession, 'somebodyLeft'>;
  rooms: Pick<Rooms, 'changed' | 'release'>;
  logger: Logger;
}

/** Whose connection ended, and its media; undefined: its edge has none of it any more, and what is there by now is of a newer connection. */
export interface EndedConnection {
  meetingId: string;
  participantId: string;
  connectionId: string;
  session: SessionName | undefined;
}

/** Meetings taken to be swept; whoever takes fewer has taken the last that were due. */
const mostTaken = 64;
const mostAtOnce = 16;
/** In one look: Redis and this replica have other things to do as well. Of more, each is looked at less often. */
const mostInOneLook = 512;

/** Takes participants out of meetings: those who leave, and those who don't come back. */
export class Departing {
  readonly #deps: DepartingDeps;

  constructor(deps: DepartingDeps) {
    this.#deps = deps;
  }

  /** By its own connection alone: a page that is left says so late, and may be in again over another one. Errors: STATE_UNAVAILABLE, PARTICIPANT_NOT_FOUND, REPLACED. */
  async leave({ room, session }: Connected): Promise<void> {
    const { meetingId, participantId, connectionId } = session;
    session.leaving = true;
    try {
      const departure = await this.#deps.store.leave(meetingId, participantId, LeaveReason.LEFT, connectionId);
      room.changed(departure);
      this.#deps.planning.shrinkSoon(meetingId, 'left');
      session.move?.cancelDeadline();
      await this.settle(meetingId, participantId, departure);
      if (session.role === 'host') await this.#deps.succession.somebodyLeft(meetingId);
    } catch (error) {
      session.leaving = false;
      throw error;
    }
  }

  /** Takes out who can't come back to this connection, unless it has connected anew since. Errors: STATE_UNAVAILABLE. */
  async depart({ meetingId, participantId, connectionId, session }: EndedConnection): Promise<void> {
    const wasHost = await this.#isHost(meetingId, participantId);
    const change = await this.#deps.store.withdraw(meetingId, participantId, connectionId);
    if (change.events.length === 0) return;
    this.#deps.rooms.changed(meetingId, change);
    this.#deps.planning.shrinkSoon(meetingId, 'left');
    await this.#settle(meetingId, participantId, session === undefined ? [] : [session]);
    if (wasHost) await this.#deps.succession.somebodyLeft(meetingId);
  }

  /** Takes somebody out who did not ask for it; its connection, on whatever replica, is closed. Errors: STATE_UNAVAILABLE, PARTICIPANT_NOT_FOUND. */
  async remove(meetingId: string, participantId: string, reason: LeaveReason): Promise<void> {
    const wasHost = await this.#isHost(meetingId, participantId);
    const departure = await this.#deps.store.leave(meetingId, participantId, reason);
    this.#deps.rooms.changed(meetingId, departure);
    this.#deps.planning.shrinkSoon(meetingId, 'left');
    await this.settle(meetingId, participantId, departure);
    if (wasHost) await this.#deps.succession.somebodyLeft(meetingId);
  }

  /** The connection is gone; the participant may come back. Never fails: if the store is away, the end of its presence tells it. */
  async disconnect({ room, session }: Connected): Promise<void> {
    const { meetingId, participantId, connectionId } = session;
    try {
      room.changed(await this.#deps.store.disconnect(meetingId, participantId, connectionId));
    } catch (error) {
      this.#deps.logger.warn({ err: error, meetingId, participantId }, 'a lost connection was not noted');
    }
  }

  /** The room has one connection less; the last one closes it here. */
  release({ room, session }: Connected): void {
    room.exit(session.connectionId);
    this.#deps.rooms.release(room);
    void session.former?.close();
  }

  /** Removes everybody, of any replica, whose time to come back is over. Errors: STATE_UNAVAILABLE. */
  async sweep(): Promise<void> {
    for (let all = 0; all < mostInOneLook; all += mostTaken) {
      const taken = await this.#deps.store.dueMeetings(mostTaken);
      await inTurns(taken, mostAtOnce, (meetingId) => this.#sweep(meetingId));
      if (taken.length < mostTaken) return;
    }
  }

  /** Closes what somebody who left has on edges, and notes when it left. Never fails. */
  settle(meetingId: string, participantId: string, left: LeftBehind): Promise<void> {
    return this.#settle(meetingId, participantId, sessionsOf(left));
  }

  async #isHost(meetingId: string, participantId: string): Promise<boolean> {
    return (await this.#deps.store.participant(meetingId, participantId))?.role === Role.HOST;
  }

  /** An edge that does not answer may be why somebody is to be removed: no other meeting waits for it. */
  async #sweep(meetingId: string): Promise<void> {
    const swept = await this.#deps.store.sweep(meetingId);
    if (swept.events.length > 0) this.#deps.planning.shrinkSoon(meetingId, 'left');
    this.#deps.rooms.changed(meetingId, swept);
    for (const { participantId, ...left } of swept.removed) void this.settle(meetingId, participantId, left);
    const offStage = swept.events.some((event) => event.participantLeft !== undefined && event.ofAttendee !== true);
    if (offStage) await this.#deps.succession.somebodyLeft(meetingId);
  }

  async #settle(meetingId: string, participantId: string, sessions: readonly SessionName[]): Promise<void> {
    this.#deps.attendance.left(meetingId, participantId);
    await Promise.all(sessions.map((session) => this.#deps.closing.session(session, meetingId, participantId)));
  }
}

/** Who moves to where it is gets another session there, and the one before is closed by that. */
function sessionsOf({ session, movedFrom }: LeftBehind): SessionName[] {
  return movedFrom === undefined || movedFrom.edgeId === session.edgeId ? [session] : [session, movedFrom];
}
