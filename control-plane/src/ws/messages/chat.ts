import {
  ChatScope,
  type DeleteChat,
  type EditChat,
  type ListChat,
  type ReactToChat,
  type SendChat,
} from '@canopy/proto/chat';
import { CanopyError } from '@canopy/runtime/errors';
import { z } from 'zod';
import { callerOf } from '../../app/access/caller.ts';
import { messagesPerPage } from '../../core/chat/message.ts';
import { scopeOfWire } from '../../core/chat/wire.ts';
import { sessionMessage } from '../message.ts';

const messageId = z.uuid();
const text = z.string().max(32_768);

const sendSchema = z.object({
  id: messageId,
  scope: z.enum(ChatScope),
  recipientId: z.string().max(64).default(''),
  text,
  replyTo: z.literal('').or(messageId).default(''),
}) satisfies z.ZodType<SendChat>;

export const sendChat = sessionMessage(sendSchema, async ({ id, text: said, ...to }, { session }, { chat }) => {
  const scope = scopeOfWire(to.scope);
  if (scope === undefined) throw new CanopyError('MALFORMED_MESSAGE', 'scope: none');
  const draft = { id, scope, recipientId: to.recipientId || undefined, replyTo: to.replyTo || undefined, text: said };
  return { chatMessage: await chat.post(callerOf(session), draft) };
});

const editSchema = z.object({ messageId, text }) satisfies z.ZodType<EditChat>;

export const editChat = sessionMessage(editSchema, async (request, { session }, { chat }) => ({
  chatMessage: await chat.edit(callerOf(session), request.messageId, request.text),
}));

const deleteSchema = z.object({ messageId }) satisfies z.ZodType<DeleteChat>;

export const deleteChat = sessionMessage(deleteSchema, async (request, { session }, { chat }) => ({
  chatMessage: await chat.erase(callerOf(session), request.messageId),
}));

const reactSchema = z.object({
  messageId,
  emoji: z.string().min(1).max(32),
  on: z.boolean().default(false),
}) satisfies z.ZodType<ReactToChat>;

export const reactToChat = sessionMessage(reactSchema, async (request, { session }, { chat }) => {
  await chat.react(callerOf(session), request.messageId, request.emoji, request.on);
  return { done: {} };
});

const listSchema = z.object({
  cursor: z.string().max(32).default(''),
  limit: z.number().int().min(0).max(messagesPerPage.most).default(0),
}) satisfies z.ZodType<ListChat>;

export const listChat = sessionMessage(listSchema, async ({ cursor, limit }, { session }, { chat }) => ({
  chatPage: await chat.page(callerOf(session), cursor, limit),
}));
