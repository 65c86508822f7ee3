import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import type { StoredMessage } from '../../core/chat/message.ts';
import { audienceOf } from '../../core/chat/wire.ts';
import { Coalescing } from '../events/coalescing.ts';
import type { Rooms } from '../events/rooms.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { ChatRecords } from './ports.ts';

export interface ReactionTellingDeps {
  records: Pick<ChatRecords, 'reactions'>;
  store: Pick<MeetingStateStore, 'tell'>;
  rooms: Pick<Rooms, 'changed'>;
  clock: Clock;
  logger: Logger;
}

/** How long reactions to one message are gathered. */
const gatherMs = 300;

/** Tells how many reacted to a message: once for all who did in a moment, because a whole audience may. */
export class ReactionTelling {
  readonly #deps: ReactionTellingDeps;
  readonly #coalescing: Coalescing;

  constructor(deps: ReactionTellingDeps) {
    this.#deps = deps;
    this.#coalescing = new Coalescing(deps.clock, deps.logger, gatherMs);
  }

  /** Somebody reacted to the message, or took it back. */
  soon(message: StoredMessage): void {
    const key = `${message.meetingId} ${message.id}`;
    this.#coalescing.soon(key, () => this.#tell(message, key));
  }

  async #tell(message: StoredMessage, key: string): Promise<void> {
    const { meetingId, id: messageId } = message;
    const reactions = await this.#deps.records.reactions(meetingId, messageId);
    const chatReactions = { messageId, reactions: [...reactions] };
    const audience = audienceOf(message);
    const event = audience === undefined ? { chatReactions } : { chatReactions, audience };
    this.#deps.rooms.changed(meetingId, await this.#deps.store.tell(meetingId, [event]));
    if (this.#coalescing.isWaiting(key)) return;
    // Another replica may have counted after us and told before us.
    if (!isDeepStrictEqual(await this.#deps.records.reactions(meetingId, messageId), reactions)) this.soon(message);
  }
}
