import { longestDoorMessage, unitsPerCharacter } from '@canopy/proto/conversation';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { idSchema } from '../../core/meeting/text.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams, nothing } from '../schemas.ts';

const security = bearer;
const tags = ['lobby'];

/** Those who wait at the door. All of it also for hosts and cohosts with their join token. */
export const lobby: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/meetings/:id/lobby',
    {
      schema: {
        summary: 'Who waits at the door',
        tags,
        security,
        params: meetingParams,
        response: {
          200: z.object({
            people: z.array(
              z.object({
                participantId: z.string(),
                name: z.string(),
                since: z.iso.datetime(),
                fromBannedNetwork: z
                  .boolean()
                  .describe(
                    'Without an account, from the same network as somebody who was banned: perhaps the same person',
                  ),
              }),
            ),
          }),
          ...errorResponses,
        },
      },
    },
    async (request) => {
      const people = await deps.doorkeeping.list(await principalOf(deps, request), request.params.id);
      return {
        people: people.map(({ sinceMs, ...person }) => ({ ...person, since: new Date(sinceMs).toISOString() })),
      };
    },
  );
  app.post(
    '/v1/meetings/:id/lobby/admit',
    {
      schema: {
        summary: 'Lets people in',
        description:
          'Of those named, who went away is passed over. `PARTICIPANT_NOT_FOUND`: none of them waits, or was let in.',
        tags,
        security,
        params: meetingParams,
        body: z.object({ participantIds: z.array(idSchema).max(500).default([]).describe('None: everybody') }),
        response: { 204: nothing, ...errorResponses },
      },
    },
    async (request, reply) => {
      const { participantIds } = request.body;
      await deps.doorkeeping.admit(await principalOf(deps, request), request.params.id, participantIds);
      return await reply.code(204).send(null);
    },
  );
  app.post(
    '/v1/meetings/:id/lobby/deny',
    {
      schema: {
        summary: 'Sends somebody away',
        tags,
        security,
        params: meetingParams,
        body: z.object({ participantId: idSchema }),
        response: { 204: nothing, ...errorResponses },
      },
    },
    async (request, reply) => {
      await deps.doorkeeping.deny(await principalOf(deps, request), request.params.id, request.body.participantId);
      return await reply.code(204).send(null);
    },
  );
  app.post(
    '/v1/meetings/:id/lobby/message',
    {
      schema: {
        summary: 'Says something to those who wait',
        description:
          'Also to who comes to wait later, until something else is said. An empty text takes it away, and of a long one what follows 280 characters.',
        tags,
        security,
        params: meetingParams,
        body: z.object({ text: z.string().max(longestDoorMessage * unitsPerCharacter) }),
        response: { 204: nothing, ...errorResponses },
      },
    },
    async (request, reply) => {
      await deps.doorkeeping.say(await principalOf(deps, request), request.params.id, request.body.text);
      return await reply.code(204).send(null);
    },
  );
  done();
};
