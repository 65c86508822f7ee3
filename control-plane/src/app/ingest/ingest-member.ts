import { type MeetingEvent, Role } from '@canopy/proto/signal';
import type { ErrorCode } from '@canopy/runtime/errors';
import type { Member, Push } from '../events/room-member.ts';

/** Why a publisher is no longer held: the code it would have been told, or that it left already. */
export type IngestEnd = ErrorCode | 'LEFT';

/** A WHIP publisher as its room sees it: nothing can be told to it, but what happens may end it, once. */
export class IngestMember implements Member {
  readonly #participantId: string;
  readonly #onEnd: (why: IngestEnd) => void;
  #ended = false;

  constructor(participantId: string, onEnd: (why: IngestEnd) => void) {
    this.#participantId = participantId;
    this.#onEnd = onEnd;
  }

  event({ participantLeft, meetingEnded }: MeetingEvent): void {
    if (meetingEnded !== undefined) this.#end('MEETING_ENDED');
    else if (participantLeft?.participantId === this.#participantId) this.#end('LEFT');
  }

  counts(): void {}

  snapshot(): void {}

  goodbye(code: ErrorCode): void {
    this.#end(code);
  }

  /** A role that still lets it publish is carried out without a word; any other change takes its transport. */
  async push(work: () => Promise<Push | undefined>): Promise<void> {
    const message = await work();
    if (message?.roleChanged?.role === Role.ATTENDEE) this.#end('FORBIDDEN');
  }

  #end(why: IngestEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(why);
  }

  /** Its publisher knows of one meeting: a program that sends a stream is in no breakout room. */
  transfer(): Promise<void> {
    return Promise.resolve();
  }
}
