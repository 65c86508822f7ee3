import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { breakoutLimits } from '../../core/breakouts/breakouts.ts';
import { idSchema } from '../../core/meeting/text.ts';
import { breakoutsBody, roomId, toBreakoutsBody } from '../breakout-bodies.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams } from '../schemas.ts';

const body = z
  .object({
    assignments: z
      .array(
        z.strictObject({
          participantId: idSchema,
          roomId: roomId.nullable().describe('null: the main meeting'),
        }),
      )
      .max(breakoutLimits.assigned)
      .optional(),
    random: z
      .strictObject({ seed: z.number().int().min(0).max(0xffff_ffff).optional() })
      .optional()
      .describe('Everybody but hosts and cohosts; with the same seed in the same way'),
  })
  .refine(({ assignments, random }) => (assignments === undefined) !== (random === undefined), {
    message: 'either assignments or random',
  });

export const assignBreakouts: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.post(
    '/v1/meetings/:id/breakouts/assign',
    {
      schema: {
        summary: 'Gives people breakout rooms, by hand or at random',
        description:
          'While rooms are open people move at once, over the connection they have. Also for hosts and cohosts of this meeting with their join token.',
        tags: ['breakouts'],
        security: bearer,
        params: meetingParams,
        body,
        response: { 200: breakoutsBody, ...errorResponses },
      },
    },
    async (request) => {
      const asker = await deps.breakouts.asker(await principalOf(deps, request), request.params.id);
      const { assignments = [], random } = request.body;
      const places = assignments.map(({ participantId, roomId }) => ({ participantId, roomId: roomId ?? '' }));
      if (random === undefined) await deps.breakouts.assign(asker, places);
      else await deps.breakouts.shuffle(asker, random.seed);
      return toBreakoutsBody(await deps.breakouts.get(asker));
    },
  );
  done();
};
