import { LeaveReason, type MeetingEvent, Role } from '@canopy/proto/signal';
import { CanopyError, type ErrorCode } from '@canopy/runtime/errors';
import type { Member, Push } from '../events/room-member.ts';
import type { Bare } from '../session/join.ts';

/** Why somebody without a connection is no longer held: the code it would have been told (SESSION_NOT_FOUND: its edge has no session of it), or that it left already. */
export type BareEnd = ErrorCode | 'LEFT';

/** A participant by WHIP or WHEP as its room sees it: nothing can be told to it, but what happens may end it, once. */
export class BareMember implements Member {
  readonly isOpen = true;
  readonly #participantId: string;
  readonly #bare: Bare;
  readonly #onEnd: (why: BareEnd) => void;
  readonly #onEvent: (event: MeetingEvent | undefined) => void;
  #ended = false;

  constructor(
    participantId: string,
    bare: Bare,
    onEnd: (why: BareEnd) => void,
    onEvent: (event: MeetingEvent | undefined) => void = () => {},
  ) {
    this.#participantId = participantId;
    this.#bare = bare;
    this.#onEnd = onEnd;
    this.#onEvent = onEvent;
  }

  event(event: MeetingEvent): void {
    const { participantLeft, meetingEnded } = event;
    if (meetingEnded !== undefined) this.#end('MEETING_ENDED');
    else if (participantLeft?.participantId !== this.#participantId) this.#onEvent(event);
    // To those who see only the stage it is gone from there; what its new role lets it do is told apart.
    else if (participantLeft.reason !== LeaveReason.ROLE_CHANGED) this.#end('LEFT');
  }

  counts(): void {}

  receptions(): void {}

  snapshot(): void {
    this.#onEvent(undefined);
  }

  goodbye(code: ErrorCode): void {
    this.#end(code);
  }

  /** A role that still lets it publish is carried out without a word; any other change takes its transport, and so does one that its edge does not carry out. */
  async push(work: () => Promise<Push | undefined>): Promise<void> {
    const message = await work().catch((error: unknown) => {
      this.#end(CanopyError.from(error).code);
      throw error;
    });
    if (message?.roleChanged?.role === Role.ATTENDEE && this.#bare === 'publishes') this.#end('FORBIDDEN');
  }

  /** Its program knows of one meeting, and is in no breakout room. */
  transfer(): Promise<void> {
    return Promise.resolve();
  }

  #end(why: BareEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(why);
  }
}
