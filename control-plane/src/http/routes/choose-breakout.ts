import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams, nothing } from '../schemas.ts';

const described = {
  tags: ['breakouts'],
  security: bearer,
  params: meetingParams,
  response: { 204: nothing, ...errorResponses },
};

/** What people do with breakout rooms for themselves: with their join token of the main meeting, from wherever they are. */
export const chooseBreakout: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  const { breakouts } = deps;
  app.post(
    '/v1/meetings/:id/breakouts/choose',
    {
      schema: {
        ...described,
        summary: 'Goes to a breakout room, or back to the main meeting',
        description:
          'To rooms that are open, where hosts allow it (`selfChosen`); hosts, cohosts and the way back always.',
        body: z.object({ roomId: z.uuid().nullable().describe('Null: the main meeting') }),
      },
    },
    async (request, reply) => {
      const asker = await breakouts.asker(await principalOf(deps, request), request.params.id);
      await breakouts.choose(asker, request.body.roomId ?? '');
      return await reply.code(204).send(null);
    },
  );
  app.post(
    '/v1/meetings/:id/breakouts/help',
    {
      schema: {
        ...described,
        summary: 'Asks the hosts to come to one’s breakout room, or takes that back',
        body: z.object({ wanted: z.boolean() }),
      },
    },
    async (request, reply) => {
      const asker = await breakouts.asker(await principalOf(deps, request), request.params.id);
      await breakouts.askForHelp(asker, request.body.wanted);
      return await reply.code(204).send(null);
    },
  );
  done();
};
