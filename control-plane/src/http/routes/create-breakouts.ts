import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { breakoutsBody, roomNames, toBreakoutsBody } from '../breakout-bodies.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams } from '../schemas.ts';

export const createBreakouts: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.post(
    '/v1/meetings/:id/breakouts',
    {
      schema: {
        summary: 'Makes breakout rooms',
        description:
          'Nobody moves until they are opened; 409 if there are some already. Also for hosts and cohosts of this meeting with their join token.',
        tags: ['breakouts'],
        security: bearer,
        params: meetingParams,
        body: z.object({
          names: roomNames,
          selfChosen: z.boolean().default(false).describe('Participants may choose their room'),
        }),
        response: { 201: breakoutsBody, ...errorResponses },
      },
    },
    async (request, reply) => {
      const asker = await deps.breakouts.asker(await principalOf(deps, request), request.params.id);
      await deps.breakouts.create(asker, request.body.names, request.body.selfChosen);
      return await reply.code(201).send(toBreakoutsBody(await deps.breakouts.get(asker)));
    },
  );
  done();
};
