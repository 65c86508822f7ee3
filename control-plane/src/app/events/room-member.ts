import type {
  MeetingCounts,
  MeetingEvent,
  ReceptionCounts,
  ServerMessage,
  StreamPosition,
  Transfer,
} from '@canopy/proto/signal';
import type { ErrorCode } from '@canopy/runtime/errors';
import { isToldOf } from '../../core/access/audience.ts';
import { authorize } from '../../core/access/authorize.ts';
import { isAtLeast, type MeetingState } from '../../core/meeting/state.ts';
import type { Connected } from '../session/connected.ts';
import type { LiveSession } from '../session/live-session.ts';
import { principalOf } from '../session/principal.ts';

/** What is sent to one connection alone. */
export type Push = Pick<ServerMessage, 'migrate' | 'roleChanged' | 'loweredPictures' | 'neededLayers' | 'breakouts'>;

/** Where a connection goes, and what it is told of that. */
export interface Passage {
  connected: Connected;
  transfer: Transfer;
}

/** A connection as a room sees it. */
export interface Member {
  /** Somebody is at its other end. Who gave up waiting is on the way back over another connection, which this one must not replace. */
  readonly isOpen: boolean;
  event(event: MeetingEvent): void;
  counts(counts: MeetingCounts): void;
  receptions(counts: ReceptionCounts): void;
  /** Everything it knows is replaced. */
  snapshot(state: MeetingState, session: LiveSession): void;
  /** It is closed, and told why. */
  goodbye(code: ErrorCode): void;
  /** Does the work between two of its messages, and sends what comes of it before the next is served. */
  push(work: () => Promise<Push | undefined>): Promise<void>;
  /** Like that, for work that takes the connection from its session into another meeting: all that comes after concerns that one. */
  transfer(from: LiveSession, work: () => Promise<Passage | undefined>): Promise<void>;
}

/**
 * Hears nothing before its first answer, everything after the answer's position, each event once and in order: of those who are
 * counted only if its role allows, else how many they are.
 */
export class RoomMember {
  session: LiveSession | undefined;
  readonly connection: Member;
  /** Until it begins. */
  #waiting: MeetingEvent[] | undefined = [];
  #state: MeetingState | undefined;
  #position: StreamPosition | undefined;
  #countTold: number | undefined;
  #receptionsTold: ReceptionCounts | undefined;

  constructor(member: Member) {
    this.connection = member;
  }

  /** Whether it is told of each who is counted; not yet decided before the answer. */
  get followsAttendees(): boolean {
    const { session } = this;
    if (session === undefined) return true;
    const request = {
      action: 'attendees.follow' as const,
      meeting: { id: session.meetingId, mode: session.profile.mode },
    };
    return authorize(principalOf(session), request).allowed;
  }

  /** The answer went out and tells the state at `position`. Returns what has happened since. */
  begin(session: LiveSession, position: StreamPosition): MeetingEvent[] {
    this.session = session;
    this.#position = position;
    const newer = this.#state;
    if (newer !== undefined && !isAtLeast(position, newer.position)) this.snapshot(newer);
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const event of waiting) this.event(event);
    return waiting.filter((event) => !isAtLeast(position, event.position ?? position));
  }

  event(event: MeetingEvent): void {
    const position = this.#position;
    if (position === undefined) {
      this.#waiting?.push(event);
      return;
    }
    if (event.position?.generation !== position.generation || event.position.sequence <= position.sequence) return;
    // Also of what it is not told: ten thousand members have one position then, not as many.
    this.#position = event.position;
    const { session } = this;
    if (session === undefined || isToldOf(event, session, session.profile.mode)) this.connection.event(event);
  }

  /** Tells how many are counted to who does not follow them, unless it knows. */
  counts(counts: MeetingCounts): void {
    if (this.#countTold === counts.attendeeCount) return;
    if (this.followsAttendees) return;
    this.#countTold = counts.attendeeCount;
    this.connection.counts(counts);
  }

  /** Tells whom the meeting reaches, unless it knows: the same object is no news. */
  receptions(counts: ReceptionCounts): void {
    if (this.#receptionsTold === counts) return;
    this.#receptionsTold = counts;
    this.connection.receptions(counts);
  }

  snapshot(state: MeetingState): void {
    if (this.session === undefined) {
      this.#state = state;
      return;
    }
    this.#position = state.position;
    this.#countTold = state.attendeeCount;
    this.#receptionsTold = undefined;
    this.connection.snapshot(state, this.session);
  }

  goodbye(code: ErrorCode): void {
    this.connection.goodbye(code);
  }

  push(work: () => Promise<Push | undefined>): Promise<void> {
    return this.connection.push(work);
  }
}
