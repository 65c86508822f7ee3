import { stageEmojis } from '@canopy/proto/conversation';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams, nothing, participantParams } from '../schemas.ts';

const described = { tags: ['reactions'], security: bearer, response: { 204: nothing, ...errorResponses } };

/** What participants show, with their join token while they are in the meeting. */
export const reactions: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  const { live } = deps;
  app.post(
    '/v1/meetings/:id/reactions',
    {
      schema: {
        ...described,
        summary: 'Shows an emoji over the stage',
        description: 'Of a webinar’s audience they are counted, and shown once a second.',
        params: meetingParams,
        body: z.object({ emoji: z.enum(stageEmojis) }),
      },
    },
    async (request, reply) => {
      const caller = await live.caller(await principalOf(deps, request), request.params.id, { running: true });
      await deps.reactions.send(caller, request.body.emoji);
      return await reply.code(204).send(null);
    },
  );
  app.post(
    '/v1/meetings/:id/hands',
    {
      schema: {
        ...described,
        summary: 'Raises one’s hand',
        description: 'Raised already, it keeps its place in the queue.',
        params: meetingParams,
      },
    },
    async (request, reply) => {
      const caller = await live.caller(await principalOf(deps, request), request.params.id, { running: true });
      await deps.hands.raise(caller);
      return await reply.code(204).send(null);
    },
  );
  app.delete(
    '/v1/meetings/:id/hands/:participantId',
    {
      schema: {
        ...described,
        summary: 'Lowers a hand: one’s own, or as a host or cohost anybody’s',
        description: 'One that is down stays down. `PARTICIPANT_NOT_FOUND`: nobody of that id is in the meeting.',
        params: participantParams,
      },
    },
    async (request, reply) => {
      const { id, participantId } = request.params;
      const caller = await live.caller(await principalOf(deps, request), id, { running: true });
      await deps.hands.lower(caller, participantId);
      return await reply.code(204).send(null);
    },
  );
  done();
};
