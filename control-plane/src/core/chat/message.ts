import type { ChatReaction } from '@canopy/proto/chat';
import type { Reader } from '../access/reader.ts';
import { canPublish } from '../meeting/roles.ts';

/** Whom a message is for: all, the stage (and whoever wrote it), or one participant. */
export const chatScopes = ['everyone', 'stage', 'direct'] as const;
export type ChatScopeName = (typeof chatScopes)[number];

/** Messages on one page, where the asker does not say how many, and at most. */
export const messagesPerPage = { usual: 50, most: 100 } as const;

/** Different emojis on one message. */
export const mostEmojis = 20;

/** A message as the database keeps it. Times are Unix ms. */
export interface StoredMessage {
  id: string;
  meetingId: string;
  /** Grows with each message. */
  sequence: number;
  /** Undefined: written by the owner of the meeting through the API. */
  senderId: string | undefined;
  senderName: string;
  scope: ChatScopeName;
  /** Of a direct message. */
  recipient: { id: string; name: string } | undefined;
  replyTo: string | undefined;
  /** '' once it is deleted. */
  text: string;
  sentAt: number;
  edited: boolean;
  deleted: boolean;
  reactions: readonly ChatReaction[];
}

/** Direct messages are nobody's but those two's. */
export function isVisibleTo(
  { scope, senderId, recipient }: Pick<StoredMessage, 'scope' | 'senderId' | 'recipient'>,
  reader: Reader,
): boolean {
  if (scope === 'everyone') return true;
  if (reader === 'owner') return scope === 'stage';
  if (senderId === reader.participantId) return true;
  return scope === 'stage' ? canPublish(reader.role) : recipient?.id === reader.participantId;
}
