import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams } from '../schemas.ts';

export const closeBreakouts: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.post(
    '/v1/meetings/:id/breakouts/close',
    {
      schema: {
        summary: 'Brings everybody back and ends the breakout rooms',
        description: '404 if there are none. Also for hosts and cohosts of this meeting with their join token.',
        tags: ['breakouts'],
        security: bearer,
        params: meetingParams,
        response: { 204: z.null(), ...errorResponses },
      },
    },
    async (request, reply) => {
      const asker = await deps.breakouts.asker(await principalOf(deps, request), request.params.id);
      await deps.breakouts.close(asker);
      return await reply.code(204).send(null);
    },
  );
  done();
};
