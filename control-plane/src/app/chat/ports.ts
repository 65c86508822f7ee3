import type { ChatReaction } from '@canopy/proto/chat';
import type { Reader } from '../../core/access/reader.ts';
import type { StoredMessage } from '../../core/chat/message.ts';

export type NewMessage = Omit<StoredMessage, 'sequence' | 'sentAt' | 'edited' | 'deleted' | 'reactions'>;

/** What was written in meetings. Errors: STATE_UNAVAILABLE. */
export interface ChatRecords {
  /** Returns the message as it is kept: the one that is there already if its id is known. */
  add(message: NewMessage): Promise<StoredMessage>;
  find(meetingId: string, messageId: string): Promise<StoredMessage | undefined>;
  /** What a reader may see, the newest first, of those before a sequence number. `mine` of reactions is the reader's. */
  page(meetingId: string, reader: Reader, before: number | undefined, limit: number): Promise<readonly StoredMessage[]>;
  /** Undefined if it is deleted. */
  edit(meetingId: string, messageId: string, text: string): Promise<StoredMessage | undefined>;
  /** Its text and reactions are gone for good. */
  erase(meetingId: string, messageId: string): Promise<StoredMessage | undefined>;
  /** Errors: REACTION_LIMIT_REACHED, when there would be more than `mostEmojis`. */
  react(meetingId: string, messageId: string, participantId: string, emoji: string, mostEmojis: number): Promise<void>;
  unreact(meetingId: string, messageId: string, participantId: string, emoji: string): Promise<void>;
  /** By message id, those that came most first. `mine` is nobody's. */
  reactions(meetingId: string, messageIds: readonly string[]): Promise<ReadonlyMap<string, readonly ChatReaction[]>>;
}
