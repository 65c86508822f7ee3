import type { MeetingEvent } from '@canopy/proto/signal';
import type { StoredMessage } from '../../core/chat/message.ts';
import { audienceOf } from '../../core/chat/wire.ts';
import { Coalescing, type CoalescingDeps } from '../events/coalescing.ts';
import type { ChatRecords } from './ports.ts';

export interface ReactionTellingDeps extends CoalescingDeps {
  records: Pick<ChatRecords, 'reactions'>;
}

/** Tells how many reacted to a message: once for all who did in a moment. */
export class ReactionTelling {
  readonly #coalescing: Coalescing<StoredMessage, MeetingEvent>;

  constructor(deps: ReactionTellingDeps) {
    this.#coalescing = new Coalescing(deps, {
      gatherMs: 300,
      async read(meetingId, messages) {
        const stored = await deps.records.reactions(meetingId, [...messages.keys()]);
        const told = new Map<string, MeetingEvent>();
        for (const [messageId, message] of messages) {
          const reactions = [...(stored.get(messageId) ?? [])];
          told.set(messageId, { chatReactions: { messageId, reactions }, audience: audienceOf(message) });
        }
        return told;
      },
      eventsOf: (told) => [...told],
    });
  }

  /** Somebody reacted to the message, or took it back. */
  soon(message: StoredMessage): void {
    this.#coalescing.soon(message.meetingId, message.id, message);
  }
}
