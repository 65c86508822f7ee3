import { type ChatMessage, ChatScope } from '@canopy/proto/chat';
import { type Audience, AudienceGroup } from '@canopy/proto/signal';
import { type ChatScopeName, chatScopes, type StoredMessage } from './message.ts';

const wireScopes = {
  everyone: ChatScope.EVERYONE,
  stage: ChatScope.STAGE,
  direct: ChatScope.DIRECT,
} as const satisfies Record<ChatScopeName, ChatScope>;

/** Undefined for one that is none. */
export function scopeOfWire(scope: ChatScope): ChatScopeName | undefined {
  return chatScopes.find((name) => wireScopes[name] === scope);
}

/** A message as it travels. */
export function toWire(message: StoredMessage): ChatMessage {
  const { id, sequence, senderId, senderName, scope, recipient, replyTo, text, sentAt, edited, deleted } = message;
  return {
    id,
    sequence,
    senderId: senderId ?? '',
    senderName,
    scope: wireScopes[scope],
    recipientId: recipient?.id ?? '',
    recipientName: recipient?.name ?? '',
    replyTo: replyTo ?? '',
    text,
    sentAtMs: sentAt,
    edited,
    deleted,
    reactions: [...message.reactions],
  };
}

/** Who is told of it; undefined: everybody. */
export function audienceOf({
  scope,
  senderId,
  recipient,
}: Pick<StoredMessage, 'scope' | 'senderId' | 'recipient'>): Audience | undefined {
  if (scope === 'everyone') return undefined;
  const group = scope === 'stage' ? AudienceGroup.STAGE : AudienceGroup.UNSPECIFIED;
  const named = [senderId, recipient?.id].filter((id) => id !== undefined);
  return { group, participantIds: named };
}
