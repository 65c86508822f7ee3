import type { ChatMessage, ChatPage, ChatReaction, ChatReactions } from '@canopy/proto/chat';

/** The messages that are known. Never changed in place. */
export interface Messages {
  /** The oldest first. */
  readonly messages: readonly ChatMessage[];
  /** Where the next older page begins; '' before the first one came. */
  readonly cursor: string;
  /** There are older ones. */
  readonly more: boolean;
}

export const noMessages: Messages = { messages: [], cursor: '', more: true };

/** A message that is new, or is another now; one that is older than all that is loaded comes with its page. Which reactions are one's own is known here only. */
export function withMessage(state: Messages, message: ChatMessage): Messages {
  const known = state.messages.find(({ id }) => id === message.id);
  if (known === undefined && isBeforeAll(state, message)) return state;
  const own = known === undefined ? message : { ...message, reactions: keepOwn(known.reactions, message.reactions) };
  return { ...state, messages: inOrder([...state.messages.filter(({ id }) => id !== message.id), own]) };
}

export function withReactions(state: Messages, { messageId, reactions }: ChatReactions): Messages {
  return change(state, messageId, (message) => ({ ...message, reactions: keepOwn(message.reactions, reactions) }));
}

/** This participant reacted, or took it back; the count follows. */
export function withOwn(state: Messages, messageId: string, emoji: string, mine: boolean): Messages {
  return change(state, messageId, (message) => {
    const known = message.reactions.some((reaction) => reaction.emoji === emoji);
    const all = known || !mine ? message.reactions : [...message.reactions, { emoji, count: 1, mine }];
    return { ...message, reactions: all.map((one) => (one.emoji === emoji ? { ...one, mine } : one)) };
  });
}

/** The newest page replaces what is known, but for what came since it was made. */
export function withNewestPage(state: Messages, { messages, nextCursor }: ChatPage): Messages {
  const newest = messages[0]?.sequence ?? 0;
  const since = state.messages.filter(({ sequence }) => sequence > newest);
  return { messages: inOrder([...messages, ...since]), ...next(nextCursor) };
}

export function withOlderPage(state: Messages, { messages, nextCursor }: ChatPage): Messages {
  const known = new Set(state.messages.map(({ id }) => id));
  const older = messages.filter(({ id }) => !known.has(id));
  return { messages: inOrder([...older, ...state.messages]), ...next(nextCursor) };
}

/** Only so many, the newest: those before are a page that was not loaded. */
export function withNewest(state: Messages, most: number): Messages {
  const messages = state.messages.slice(-most);
  const [oldest] = messages;
  if (oldest === undefined || messages.length === state.messages.length) return state;
  // Where no page came yet the newest one is still to come.
  return state.cursor === '' ? { ...state, messages } : { messages, ...next(String(oldest.sequence)) };
}

function isBeforeAll({ messages: [oldest], cursor, more }: Messages, { sequence }: ChatMessage): boolean {
  return cursor !== '' && more && oldest !== undefined && sequence < oldest.sequence;
}

/** A first page that is the only one leaves a mark, too: it was asked for. */
function next(cursor: string): Pick<Messages, 'cursor' | 'more'> {
  return cursor === '' ? { cursor: 'none', more: false } : { cursor, more: true };
}

function change(state: Messages, messageId: string, to: (message: ChatMessage) => ChatMessage): Messages {
  if (!state.messages.some(({ id }) => id === messageId)) return state;
  return { ...state, messages: state.messages.map((one) => (one.id === messageId ? to(one) : one)) };
}

function keepOwn(known: readonly ChatReaction[], now: readonly ChatReaction[]): ChatReaction[] {
  const own = new Set(known.filter(({ mine }) => mine).map(({ emoji }) => emoji));
  return now.map((reaction) => ({ ...reaction, mine: reaction.mine || own.has(reaction.emoji) }));
}

function inOrder(messages: ChatMessage[]): ChatMessage[] {
  return messages.sort((a, b) => a.sequence - b.sequence);
}
