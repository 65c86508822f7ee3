import { type ChatMessage, ChatScope } from '@canopy/proto/chat';
import type { MeetingEvent, MeetingSnapshot } from '@canopy/proto/signal';
import type { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import type { Ask, Feature } from '../feature.ts';
import type { ReadMarks } from '../unread.ts';
import { UnreadView } from '../unread-view.ts';
import { WantedLoad } from '../wanted-load.ts';
import {
  type Messages,
  noMessages,
  withMessage,
  withNewest,
  withNewestPage,
  withOlderPage,
  withOwn,
  withReactions,
} from './messages.ts';

/** What is known of a meeting's chat, at one moment. Immutable. */
export interface ChatView {
  /** The oldest first: the newest 500, and of those before what `loadMore` brought. A deleted one stays, without its text. */
  readonly messages: readonly ChatMessage[];
  /** `loadMore` would bring older ones. */
  readonly more: boolean;
  /** How many messages of others came since this participant last read (`markRead`). Who is here for the first time has read what the first page brings. */
  readonly unread: number;
}

export type ChatEvents = {
  changed: ChatView;
};

export interface SendOptions {
  /** Default: everyone. */
  to?: 'everyone' | 'stage' | { participantId: string };
  /** The id of the message this one answers. */
  replyTo?: string;
  /** A UUID. Sent again with the same one, because the answer was lost, it is the same message. */
  id?: string;
}

/** So many messages of a long meeting are kept here. */
const mostKept = 500;

/** What people write to each other in a meeting. Hears everything from the join on; `loadMore` brings what was written before, and again what was let go since. */
export class Chat implements Feature {
  readonly events: Emitter<ChatEvents>;
  readonly #ask: Ask;
  readonly #selfId: string;
  readonly #shown: UnreadView<Omit<ChatView, 'unread'>>;
  readonly #pages = new WantedLoad('messages', () => this.#loadOnce());
  #messages: Messages = noMessages;
  #loading: Promise<void> | undefined;
  /** What is heard while a page is under way, which may not know it. */
  #news: ChatMessage[] | undefined;
  #keepsAll = false;
  #meetingId: string | undefined;
  /** How often it began anew. */
  #beginnings = 0;

  /** @param selfId this participant, whose own messages never wait to be read */
  constructor(ask: Ask, selfId: string, marks: ReadMarks) {
    this.#ask = ask;
    this.#selfId = selfId;
    this.#shown = new UnreadView(marks, { messages: [], more: true });
    this.events = this.#shown.events;
  }

  get view(): ChatView {
    return this.#shown.view;
  }

  /** Rejects with CHAT_CLOSED, TEXT_EMPTY, TEXT_TOO_LONG, RATE_LIMITED, PARTICIPANT_NOT_FOUND or MESSAGE_NOT_FOUND (`replyTo`). */
  async send(
    text: string,
    { to = 'everyone', replyTo = '', id = crypto.randomUUID() }: SendOptions = {},
  ): Promise<void> {
    const target = typeof to === 'string' ? { scope: scopes[to], recipientId: '' } : direct(to.participantId);
    await this.#ask({ sendChat: { id, ...target, replyTo, text } });
  }

  /** One's own. Rejects with MESSAGE_NOT_FOUND, FORBIDDEN, TEXT_EMPTY, TEXT_TOO_LONG or RATE_LIMITED. */
  async edit(messageId: string, text: string): Promise<void> {
    await this.#ask({ editChat: { messageId, text } });
  }

  /** One's own; as a host or cohost anybody's. Rejects with MESSAGE_NOT_FOUND, FORBIDDEN or RATE_LIMITED. */
  async delete(messageId: string): Promise<void> {
    await this.#ask({ deleteChat: { messageId } });
  }

  /** Reacts with an emoji, or takes that back. Rejects with MESSAGE_NOT_FOUND, CHAT_CLOSED, REACTION_LIMIT_REACHED or RATE_LIMITED. */
  async react(messageId: string, emoji: string, on: boolean): Promise<void> {
    await this.#ask({ reactToChat: { messageId, emoji, on } });
    this.#set(withOwn(this.#messages, messageId, emoji, on));
  }

  /** One more page of what was written before; nothing if all of it is known. */
  loadMore(): Promise<void> {
    if (this.#messages.cursor !== '') this.#keepsAll = true;
    return this.#pages.load();
  }

  /** While somebody reads older messages (`on`) none is let go. Loading older ones turns it on; an app turns it off when the newest are in sight again, or none. */
  keepAll(on: boolean): void {
    this.#keepsAll = on;
    this.#set(this.#messages);
  }

  /** This participant has read all there is. An app whose chat is open calls it with each change. */
  markRead(): void {
    this.#shown.markRead();
  }

  /** What was missed is not brought as events: begins anew with the newest page, once one was asked for. Another meeting has a chat of its own. */
  adopt({ meetingId }: MeetingSnapshot): void {
    this.#beginnings += 1;
    if (meetingId !== this.#meetingId) this.#shown.turnTo(meetingId);
    this.#set(meetingId === this.#meetingId ? { ...this.#messages, cursor: '', more: true } : noMessages);
    this.#meetingId = meetingId;
    this.#pages.loadAnew();
  }

  /** The connection is back: what could not be loaded without it is loaded now. */
  resumed(): void {
    this.#pages.resumed();
  }

  apply({ chatMessage, chatReactions }: MeetingEvent): void {
    if (chatMessage !== undefined) {
      this.#news?.push(chatMessage);
      this.#set(withMessage(this.#messages, chatMessage));
    }
    if (chatReactions !== undefined) this.#set(withReactions(this.#messages, chatReactions));
  }

  #loadOnce(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
      this.#news = undefined;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    const { cursor, more } = this.#messages;
    if (!more) return;
    const beginnings = this.#beginnings;
    const news: ChatMessage[] = [];
    this.#news = news;
    const { chatPage } = await this.#ask({ listChat: { cursor, limit: 0 } });
    if (chatPage === undefined) throw new CanopyError('MALFORMED_MESSAGE');
    // It began anew meanwhile.
    if (this.#beginnings !== beginnings) return await this.#load();
    // Others were let go: nobody reads older ones any more.
    if (this.#messages.cursor !== cursor) return;
    const withPage = cursor === '' ? withNewestPage : withOlderPage;
    this.#set(news.reduce(withMessage, withPage(this.#messages, chatPage)));
  }

  #set(known: Messages): void {
    const messages = this.#keepsAll ? known : withNewest(known, mostKept);
    if (messages === this.#messages) return;
    this.#messages = messages;
    const { messages: all, more, cursor } = messages;
    const ofOthers = all.filter(({ deleted, senderId }) => !deleted && senderId !== this.#selfId);
    this.#shown.show({ messages: all, more }, ofOthers, cursor !== '');
  }
}

const scopes = { everyone: ChatScope.EVERYONE, stage: ChatScope.STAGE } as const;

function direct(recipientId: string) {
  return { scope: ChatScope.DIRECT, recipientId };
}
