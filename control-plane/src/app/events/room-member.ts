import type { MeetingEvent, Migrate, StreamPosition } from '@canopy/proto/signal';
import type { ErrorCode } from '@canopy/runtime/errors';
import type { MeetingState } from '../../core/meeting/state.ts';
import type { LiveSession } from '../session/live-session.ts';

/** A connection as a room sees it. */
export interface Member {
  event(event: MeetingEvent): void;
  /** Everything it knows is replaced. */
  snapshot(state: MeetingState, session: LiveSession): void;
  /** It is closed, and told why. */
  goodbye(code: ErrorCode): void;
  /** Does the work between two of its messages, and sends what comes of it before the next is served. */
  migrate(work: () => Promise<Migrate | undefined>): Promise<void>;
}

/** Hears nothing before its first answer, everything after the answer's position, each event once and in order. */
export class RoomMember {
  session: LiveSession | undefined;
  readonly #member: Member;
  #waiting: MeetingEvent[] = [];
  #state: MeetingState | undefined;
  #position: StreamPosition | undefined;

  constructor(member: Member) {
    this.#member = member;
  }

  /** The answer went out and tells the state at `position`. */
  begin(session: LiveSession, position: StreamPosition): void {
    this.session = session;
    this.#position = position;
    const newer = this.#state;
    if (newer !== undefined && !reaches(position, newer.position)) this.snapshot(newer);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) this.event(event);
  }

  event(event: MeetingEvent): void {
    const position = this.#position;
    if (position === undefined) {
      this.#waiting.push(event);
      return;
    }
    if (event.position?.generation !== position.generation || event.position.sequence <= position.sequence) return;
    this.#position = event.position;
    this.#member.event(event);
  }

  snapshot(state: MeetingState): void {
    if (this.session === undefined) {
      this.#state = state;
      return;
    }
    this.#position = state.position;
    this.#member.snapshot(state, this.session);
  }

  goodbye(code: ErrorCode): void {
    this.#member.goodbye(code);
  }

  migrate(work: () => Promise<Migrate | undefined>): Promise<void> {
    return this.#member.migrate(work);
  }
}

function reaches(position: StreamPosition, other: StreamPosition): boolean {
  return position.generation === other.generation && position.sequence >= other.sequence;
}
