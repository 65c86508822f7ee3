import { meetingPath } from '../paths.ts';
import type { Call } from '../rest.ts';

/** What participants show, over REST: with the join token of somebody who is in the meeting. */
export class ReactionsApi {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** An emoji over the stage, one of `stageEmojis`. */
  send(meetingId: string, emoji: string): Promise<void> {
    return this.#call('POST', meetingPath(meetingId, 'reactions'), { emoji });
  }

  /** One's own; raised already, it keeps its place in the queue. */
  raiseHand(meetingId: string): Promise<void> {
    return this.#call('POST', meetingPath(meetingId, 'hands'));
  }

  /** One's own, or as a host or cohost anybody's. Rejects with PARTICIPANT_NOT_FOUND. */
  lowerHand(meetingId: string, participantId: string): Promise<void> {
    return this.#call('DELETE', meetingPath(meetingId, 'hands', participantId));
  }

  /** One emoji, on a message of the chat. */
  reactToMessage(meetingId: string, messageId: string, emoji: string, on = true): Promise<void> {
    const path = meetingPath(meetingId, 'messages', messageId, 'reactions', emoji);
    return this.#call(on ? 'PUT' : 'DELETE', path);
  }
}
