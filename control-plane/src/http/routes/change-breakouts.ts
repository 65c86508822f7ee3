import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { breakoutLimits } from '../../core/breakouts/breakouts.ts';
import { breakoutsBody, breakoutText, roomId, toBreakoutsBody } from '../breakout-bodies.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams } from '../schemas.ts';

export const changeBreakouts: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.patch(
    '/v1/meetings/:id/breakouts',
    {
      schema: {
        summary: 'Opens, renames or times breakout rooms',
        description:
          'Opening moves everybody who has a room there. Also for hosts and cohosts of this meeting with their join token.',
        tags: ['breakouts'],
        security: bearer,
        params: meetingParams,
        body: z.object({
          open: z.boolean().default(false),
          selfChosen: z.boolean().optional(),
          closesInSeconds: z
            .number()
            .int()
            .min(0)
            .max(breakoutLimits.timerSeconds)
            .optional()
            .describe('Everybody is brought back after so long from now; 0: when somebody says so'),
          rename: z
            .array(z.strictObject({ id: roomId, name: breakoutText }))
            .max(breakoutLimits.rooms)
            .default([]),
        }),
        response: { 200: breakoutsBody, ...errorResponses },
      },
    },
    async (request) => {
      const asker = await deps.breakouts.asker(await principalOf(deps, request), request.params.id);
      await deps.breakouts.change(asker, request.body);
      return toBreakoutsBody(await deps.breakouts.get(asker));
    },
  );
  done();
};
