import { randomUUID } from 'node:crypto';
import type { ChatMessage, ChatPage } from '@canopy/proto/chat';
import { longestMessage } from '@canopy/proto/conversation';
import type { MeetingEvent } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import {
  type ChatScopeName,
  isVisibleTo,
  messagesPerPage,
  mostEmojis,
  type StoredMessage,
} from '../../core/chat/message.ts';
import { audienceOf, toWire } from '../../core/chat/wire.ts';
import { isEmoji } from '../../core/meeting/emoji.ts';
import { beginOf, pageOf } from '../../core/meeting/pages.ts';
import { canPublish, type RoleName, roleOfWire } from '../../core/meeting/roles.ts';
import { cleanLines, cleanText } from '../../core/meeting/text.ts';
import type { Access } from '../access/access.ts';
import { type Caller, readerOf } from '../access/caller.ts';
import type { Limiter } from '../access/ports.ts';
import type { Rooms } from '../events/rooms.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { ChatRecords } from './ports.ts';
import type { ReactionTelling } from './reaction-telling.ts';

export interface ChatDeps {
  access: Pick<Access, 'require'>;
  records: ChatRecords;
  store: Pick<MeetingStateStore, 'participant' | 'tell'>;
  rooms: Pick<Rooms, 'changed'>;
  telling: Pick<ReactionTelling, 'soon'>;
  /** By role: a large audience gets less. */
  limits: { stage: Limiter; audience: Limiter };
}

export interface Draft {
  /** Given again, it is the same message; undefined: a new one. */
  id: string | undefined;
  scope: ChatScopeName;
  /** Of a direct message. */
  recipientId: string | undefined;
  replyTo: string | undefined;
  text: string;
  /** Whom it comes from, where that is nobody in the meeting. */
  senderName?: string | undefined;
}

/** What people write to each other: kept first, then told, each message to those who may read it. */
export class Chat {
  readonly #deps: ChatDeps;

  constructor(deps: ChatDeps) {
    this.#deps = deps;
  }

  /** Errors: CHAT_CLOSED, TEXT_EMPTY, TEXT_TOO_LONG, PARTICIPANT_NOT_FOUND, MESSAGE_NOT_FOUND (answered one), RATE_LIMITED, MEETING_ENDED, STATE_UNAVAILABLE. */
  async post(caller: Caller, draft: Draft): Promise<ChatMessage> {
    const { meeting, principal } = caller;
    const recipient = draft.scope === 'direct' ? await this.#recipient(caller, draft.recipientId) : undefined;
    this.#requirePost(caller, draft.scope, recipient?.role);
    const text = cleaned(draft.text);
    await this.#limit(caller);
    if (draft.replyTo !== undefined) await this.#visible(caller, draft.replyTo);
    const senderId = principal.kind === 'participant' ? principal.participantId : undefined;
    const kept = await this.#deps.records.add({
      id: draft.id ?? randomUUID(),
      meetingId: meeting.id,
      senderId,
      senderName: senderId === undefined ? cleanText(draft.senderName ?? '', 64) || 'Organizer' : caller.name,
      scope: draft.scope,
      recipient: recipient && { id: recipient.id, name: recipient.name },
      replyTo: draft.replyTo,
      text,
    });
    if (kept.senderId !== senderId) throw new CanopyError('BAD_REQUEST', 'There is a message with this id.');
    return await this.#tell(kept);
  }

  /** Only while its author could also write it. Errors: MESSAGE_NOT_FOUND, FORBIDDEN, CHAT_CLOSED, TEXT_EMPTY, TEXT_TOO_LONG, RATE_LIMITED, MEETING_ENDED, STATE_UNAVAILABLE. */
  async edit(caller: Caller, messageId: string, text: string): Promise<ChatMessage> {
    const { senderId: authorId, scope, recipient } = await this.#visible(caller, messageId);
    this.#deps.access.require(caller.principal, { action: 'chat.edit', meeting: caller.meeting, authorId });
    const to = recipient && (await this.#deps.store.participant(caller.meeting.id, recipient.id));
    this.#requirePost(caller, scope, to && roleOfWire(to.role));
    const clean = cleaned(text);
    await this.#limit(caller);
    return await this.#tellEdited(found(await this.#deps.records.edit(caller.meeting.id, messageId, clean)));
  }

  /** Deleting again tells it again: it may be asked again because the first time nobody could be told. Errors: MESSAGE_NOT_FOUND, FORBIDDEN, RATE_LIMITED, MEETING_ENDED, STATE_UNAVAILABLE. */
  async erase(caller: Caller, messageId: string): Promise<ChatMessage> {
    const { senderId: authorId } = await this.#visible(caller, messageId);
    this.#deps.access.require(caller.principal, { action: 'chat.delete', meeting: caller.meeting, authorId });
    const isOwn = caller.principal.kind === 'participant' && caller.principal.participantId === authorId;
    // Who keeps order is not held up.
    if (isOwn) await this.#limit(caller);
    return await this.#tell(found(await this.#deps.records.erase(caller.meeting.id, messageId)));
  }

  /** Errors: MESSAGE_NOT_FOUND, CHAT_CLOSED, BAD_REQUEST (no emoji), REACTION_LIMIT_REACHED, RATE_LIMITED, STATE_UNAVAILABLE. */
  async react(caller: Caller, messageId: string, emoji: string, on: boolean): Promise<void> {
    const { meeting, principal } = caller;
    const setting = meeting.settings.chat ?? 'everyone';
    this.#deps.access.require(principal, { action: 'chat.react', meeting, setting });
    if (principal.kind !== 'participant') throw new CanopyError('FORBIDDEN');
    if (!isEmoji(emoji)) throw new CanopyError('BAD_REQUEST', 'This is not one emoji.');
    const message = await this.#visible(caller, messageId);
    if (message.deleted) throw new CanopyError('MESSAGE_NOT_FOUND');
    await this.#limit(caller);
    const { participantId } = principal;
    if (on) await this.#deps.records.react(meeting.id, messageId, participantId, emoji, mostEmojis);
    else await this.#deps.records.unreact(meeting.id, messageId, participantId, emoji);
    this.#deps.telling.soon(message);
  }

  /** The newest first; `cursor` is of the page before. Errors: BAD_REQUEST (no cursor of ours), STATE_UNAVAILABLE. */
  async page(caller: Caller, cursor: string, limit: number): Promise<ChatPage> {
    this.#deps.access.require(caller.principal, { action: 'chat.read', meeting: caller.meeting });
    const before = beginOf(cursor);
    const most = limit === 0 ? messagesPerPage.usual : limit;
    const messages = await this.#deps.records.page(caller.meeting.id, readerOf(caller), before, most + 1);
    const { shown, nextCursor } = pageOf(messages, most);
    return { messages: shown.map(toWire), nextCursor };
  }

  #requirePost({ meeting, principal }: Caller, scope: ChatScopeName, to: RoleName | undefined): void {
    const setting = meeting.settings.chat ?? 'everyone';
    this.#deps.access.require(principal, { action: 'chat.post', meeting, scope, setting, to });
  }

  /** What somebody may not see does not exist for them. */
  async #visible(caller: Caller, messageId: string): Promise<StoredMessage> {
    this.#deps.access.require(caller.principal, { action: 'chat.read', meeting: caller.meeting });
    const message = found(await this.#deps.records.find(caller.meeting.id, messageId));
    if (!isVisibleTo(message, readerOf(caller))) throw new CanopyError('MESSAGE_NOT_FOUND');
    return message;
  }

  /** Attendees of a webinar do not learn of each other, so they cannot write to each other either. */
  async #recipient(
    { meeting, principal }: Caller,
    id: string | undefined,
  ): Promise<{ id: string; name: string; role: RoleName }> {
    const there = id === undefined ? undefined : await this.#deps.store.participant(meeting.id, id);
    if (there === undefined) throw new CanopyError('PARTICIPANT_NOT_FOUND');
    const role = roleOfWire(there.role);
    const attends = principal.kind === 'participant' && !canPublish(principal.role);
    if (meeting.mode === 'webinar' && attends && !canPublish(role)) throw new CanopyError('PARTICIPANT_NOT_FOUND');
    return { id: there.id, name: there.name, role };
  }

  async #limit({ meeting, principal }: Caller): Promise<void> {
    if (principal.kind !== 'participant') return;
    const { stage, audience } = this.#deps.limits;
    const limit = meeting.mode === 'webinar' && !canPublish(principal.role) ? audience : stage;
    await limit(`${meeting.id}:${principal.participantId}`);
  }

  /** Whoever edits or deletes it in the same moment may be heard before us: the last word is what is kept. */
  async #tellEdited(message: StoredMessage): Promise<ChatMessage> {
    const told = await this.#tell(message);
    const kept = found(await this.#deps.records.find(message.meetingId, message.id));
    return kept.text === message.text ? told : await this.#tellEdited(kept);
  }

  async #tell(message: StoredMessage): Promise<ChatMessage> {
    const chatMessage = toWire(message);
    const audience = audienceOf(message);
    const event: MeetingEvent = audience === undefined ? { chatMessage } : { chatMessage, audience };
    this.#deps.rooms.changed(message.meetingId, await this.#deps.store.tell(message.meetingId, [event]));
    return chatMessage;
  }
}

function cleaned(text: string): string {
  const clean = cleanLines(text, longestMessage);
  if (clean === undefined) throw new CanopyError('TEXT_TOO_LONG');
  if (clean === '') throw new CanopyError('TEXT_EMPTY');
  return clean;
}

function found(message: StoredMessage | undefined): StoredMessage {
  if (message === undefined) throw new CanopyError('MESSAGE_NOT_FOUND');
  return message;
}
