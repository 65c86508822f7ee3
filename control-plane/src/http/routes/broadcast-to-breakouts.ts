import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { breakoutLimits } from '../../core/breakouts/breakouts.ts';
import { breakoutText } from '../breakout-bodies.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams } from '../schemas.ts';

export const broadcastToBreakouts: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.post(
    '/v1/meetings/:id/breakouts/broadcast',
    {
      schema: {
        summary: 'Tells everybody in all breakout rooms something',
        description:
          'As a notice, also in the main meeting. Also for hosts and cohosts of this meeting with their join token.',
        tags: ['breakouts'],
        security: bearer,
        params: meetingParams,
        body: z.object({
          text: breakoutText.describe(`The first ${breakoutLimits.broadcast} characters are told`),
          fromName: z.string().max(200).default('').describe('Who says so'),
        }),
        response: { 204: z.null(), ...errorResponses },
      },
    },
    async (request, reply) => {
      const asker = await deps.breakouts.asker(await principalOf(deps, request), request.params.id);
      const { fromName, text } = request.body;
      await deps.breakouts.broadcast(asker, fromName, text);
      return await reply.code(204).send(null);
    },
  );
  done();
};
