import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { breakoutsBody, toBreakoutsBody } from '../breakout-bodies.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams } from '../schemas.ts';

export const getBreakouts: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/meetings/:id/breakouts',
    {
      schema: {
        summary: 'The breakout rooms of a meeting, and who is where',
        description: '404 if there are none. Also for hosts and cohosts of this meeting with their join token.',
        tags: ['breakouts'],
        security: bearer,
        params: meetingParams,
        response: { 200: breakoutsBody, ...errorResponses },
      },
    },
    async (request) => {
      const asker = await deps.breakouts.asker(await principalOf(deps, request), request.params.id);
      return toBreakoutsBody(await deps.breakouts.get(asker));
    },
  );
  done();
};
