import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { moderationNames } from '../../core/access/moderation.ts';
import { idSchema } from '../../core/meeting/text.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams, nothing, participantParams } from '../schemas.ts';

/** What hosts and cohosts do to others. */
export const moderate: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.post(
    '/v1/meetings/:id/participants/:participantId/:moderation',
    {
      schema: {
        summary: 'Mutes, stops, removes or bans a participant, or asks them to unmute',
        description:
          'Also for hosts with their join token, and for cohosts where the participant is neither host nor cohost. Who is removed may join again, who is banned may not; whoever then comes without an account (`userId`) from the same network waits in the lobby.',
        tags: ['moderation'],
        security: bearer,
        params: participantParams.extend({ moderation: z.enum(moderationNames) }),
        response: { 204: nothing, ...errorResponses },
      },
    },
    async (request, reply) => {
      const { id, participantId, moderation } = request.params;
      await deps.moderating.moderate(await principalOf(deps, request), id, participantId, moderation);
      return await reply.code(204).send(null);
    },
  );
  app.post(
    '/v1/meetings/:id/mute-all',
    {
      schema: {
        summary: 'Mutes everybody but hosts',
        description: 'Also for hosts and cohosts with their join token.',
        tags: ['moderation'],
        security: bearer,
        params: meetingParams,
        body: z.object({ mayUnmute: z.boolean().describe('Whether they may unmute themselves') }),
        response: { 204: nothing, ...errorResponses },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await deps.moderating.muteAll(await principalOf(deps, request), id, request.body.mayUnmute);
      return await reply.code(204).send(null);
    },
  );
  app.post(
    '/v1/meetings/:id/host',
    {
      schema: {
        summary: 'Makes somebody else host',
        description: 'For hosts with their join token, who become cohosts. With an API key, change the roles instead.',
        tags: ['moderation'],
        security: bearer,
        params: meetingParams,
        body: z.object({ participantId: idSchema }),
        response: { 204: nothing, ...errorResponses },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await deps.roles.transferHost(await principalOf(deps, request), id, request.body.participantId);
      return await reply.code(204).send(null);
    },
  );
  done();
};
