import type { ChatMessage } from '@canopy/proto/chat';
import { longestMessage } from '@canopy/proto/conversation';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { chatScopes, messagesPerPage } from '../../core/chat/message.ts';
import { scopeOfWire } from '../../core/chat/wire.ts';
import { idSchema } from '../../core/meeting/text.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams, nothing } from '../schemas.ts';

const path = '/v1/meetings/:id/messages';
const one = `${path}/:messageId`;
const oneParams = meetingParams.extend({ messageId: z.uuid() });
const described = {
  tags: ['chat'],
  security: bearer,
};

const text = z
  .string()
  .max(32_768)
  .describe(`Plain text of at most ${longestMessage} characters, as a reader counts them: an emoji is one.`);

const messageBody = z.object({
  id: z.uuid(),
  sender: z.object({ id: z.string().nullable(), name: z.string() }).describe('Without id: the owner of the meeting.'),
  scope: z.enum(chatScopes),
  recipient: z.object({ id: z.string(), name: z.string() }).nullable(),
  replyTo: z.uuid().nullable(),
  text: z.string().describe('Empty once it is deleted.'),
  sentAt: z.iso.datetime(),
  edited: z.boolean(),
  deleted: z.boolean(),
  reactions: z.array(z.object({ emoji: z.string(), count: z.number() })),
});

const newMessage = z.object({
  id: z.uuid().optional().describe('Given again, it is the same message.'),
  scope: z.enum(chatScopes).default('everyone'),
  recipientId: idSchema.optional().describe('Of a direct message.'),
  replyTo: z.uuid().optional(),
  senderName: z.string().max(200).optional().describe('Whom an API key’s message comes from.'),
  text,
});

const query = z.object({
  cursor: z.string().max(32).default('').describe('`nextCursor` of the page before'),
  limit: z.coerce.number().int().min(1).max(messagesPerPage.most).default(messagesPerPage.usual),
});

const page = z.object({ messages: z.array(messageBody), nextCursor: z.string().nullable() });

/** The chat of a meeting, for API keys and for holders of a join token who are in it. */
export const messages: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  const { chat, live } = deps;
  app.get(
    path,
    {
      schema: {
        ...described,
        summary: 'What was written in a meeting',
        description: 'The newest first. Direct messages are listed for the two they concern, never for an API key.',
        params: meetingParams,
        querystring: query,
        response: { 200: page, ...errorResponses },
      },
    },
    async (request) => {
      const caller = await live.caller(await principalOf(deps, request), request.params.id, { running: false });
      const found = await chat.page(caller, request.query.cursor, request.query.limit);
      return { messages: found.messages.map(toBody), nextCursor: found.nextCursor || null };
    },
  );
  app.post(
    path,
    {
      schema: {
        ...described,
        summary: 'Writes to a meeting',
        params: meetingParams,
        body: newMessage,
        response: { 201: messageBody, ...errorResponses },
      },
    },
    async (request, reply) => {
      const caller = await live.caller(await principalOf(deps, request), request.params.id, { running: true });
      const { id, scope, recipientId, replyTo, senderName, text: said } = request.body;
      const message = await chat.post(caller, { id, scope, recipientId, replyTo, senderName, text: said });
      return await reply.code(201).send(toBody(message));
    },
  );
  app.patch(
    one,
    {
      schema: {
        ...described,
        summary: 'Changes what was written, by who wrote it',
        params: oneParams,
        body: z.object({ text }),
        response: { 200: messageBody, ...errorResponses },
      },
    },
    async (request) => {
      const { id, messageId } = request.params;
      const caller = await live.caller(await principalOf(deps, request), id, { running: true });
      return toBody(await chat.edit(caller, messageId, request.body.text));
    },
  );
  app.delete(
    one,
    {
      schema: {
        ...described,
        summary: 'Deletes a message, by who wrote it, a host or a cohost',
        description: 'What it said is gone; that there was something stays.',
        params: oneParams,
        response: { 200: messageBody, ...errorResponses },
      },
    },
    async (request) => {
      const { id, messageId } = request.params;
      const caller = await live.caller(await principalOf(deps, request), id, { running: true });
      return toBody(await chat.erase(caller, messageId));
    },
  );
  for (const [method, on] of [
    ['PUT', true],
    ['DELETE', false],
  ] as const) {
    app.route({
      method,
      url: `${one}/reactions/:emoji`,
      schema: {
        ...described,
        summary: on ? 'Reacts to a message' : 'Takes a reaction to a message back',
        description: 'With a join token, by who is in the meeting.',
        params: oneParams.extend({ emoji: z.string().min(1).max(32) }),
        response: { 204: nothing, ...errorResponses },
      },
      async handler(request, reply) {
        const { id, messageId, emoji } = request.params;
        const caller = await live.caller(await principalOf(deps, request), id, { running: true });
        await chat.react(caller, messageId, emoji, on);
        return await reply.code(204).send(null);
      },
    });
  }
  done();
};

function toBody(message: ChatMessage): z.output<typeof messageBody> {
  const { id, senderId, senderName, recipientId, recipientName, replyTo, text: said, sentAtMs } = message;
  return {
    id,
    sender: { id: senderId || null, name: senderName },
    scope: scopeOfWire(message.scope) ?? 'everyone',
    recipient: recipientId === '' ? null : { id: recipientId, name: recipientName },
    replyTo: replyTo || null,
    text: said,
    sentAt: new Date(sentAtMs).toISOString(),
    edited: message.edited,
    deleted: message.deleted,
    reactions: message.reactions.map(({ emoji, count }) => ({ emoji, count })),
  };
}
