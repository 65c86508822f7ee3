import { meetingPath, type PageQuery, queryOf } from '../paths.ts';
import type { Call } from '../rest.ts';
import type { SendOptions } from './chat.ts';

/** Something that was written in a meeting. */
export interface MessageInfo {
  id: string;
  /** Without id: the owner of the meeting. */
  sender: { id: string | null; name: string };
  scope: 'everyone' | 'stage' | 'direct';
  /** Of a direct message. */
  recipient: { id: string; name: string } | null;
  /** The id of the message this one answers. */
  replyTo: string | null;
  /** Plain text; empty once it is deleted. */
  text: string;
  /** ISO 8601. */
  sentAt: string;
  edited: boolean;
  deleted: boolean;
  reactions: { emoji: string; count: number }[];
}

export interface MessageOptions extends SendOptions {
  /** Whom an API key's message comes from. */
  senderName?: string;
}

/** The chat of a meeting over REST: for whom it belongs to, and with a join token for who is in it. In a meeting, `meeting.chat` does the same. */
export class ChatApi {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** The newest first, at most 100. Direct messages are listed for the two they concern. */
  list(meetingId: string, page: PageQuery = {}): Promise<{ messages: MessageInfo[]; nextCursor: string | null }> {
    return this.#call('GET', `${meetingPath(meetingId, 'messages')}${queryOf(page)}`);
  }

  /** Rejects with CHAT_CLOSED, TEXT_EMPTY, TEXT_TOO_LONG, PARTICIPANT_NOT_FOUND or MESSAGE_NOT_FOUND (`replyTo`). */
  send(meetingId: string, text: string, { to = 'everyone', ...options }: MessageOptions = {}): Promise<MessageInfo> {
    const target = typeof to === 'string' ? { scope: to } : { scope: 'direct', recipientId: to.participantId };
    return this.#call('POST', meetingPath(meetingId, 'messages'), { ...target, ...options, text });
  }

  /** One's own. */
  edit(meetingId: string, messageId: string, text: string): Promise<MessageInfo> {
    return this.#call('PATCH', meetingPath(meetingId, 'messages', messageId), { text });
  }

  /** One's own; as a host or cohost, or for whom the meeting belongs to, anybody's. What it said is gone; that there was something stays. */
  remove(meetingId: string, messageId: string): Promise<MessageInfo> {
    return this.#call('DELETE', meetingPath(meetingId, 'messages', messageId));
  }
}
