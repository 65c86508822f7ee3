import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { audience } from '../../core/meeting/settings.ts';
import { actorOf, type HttpDeps } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams } from '../schemas.ts';

const response = z.object({
  edges: z
    .array(z.string())
    .describe(
      'Prepared: they have a place in the plan. One that is lost meanwhile is replaced by another of its region',
    ),
  short: z.record(z.string(), z.number()).describe('Viewers by region for whom there is no room'),
  until: z.iso.datetime().describe('When the preparation is forgotten'),
});

export const warmMeeting: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.post(
    '/v1/meetings/:id/warm',
    {
      schema: {
        summary: 'Prepares edges for an audience that is expected',
        tags: ['meetings'],
        security: bearer,
        params: meetingParams,
        body: z
          .object({ audience: audience.describe('Viewers by region in all, those who are there already included') })
          .meta({ examples: [{ audience: { 'eu-central-1': 500, 'us-east-1': 200 } }] }),
        response: { 200: response, ...errorResponses },
      },
    },
    async (request) => {
      const actor = await actorOf(deps, request);
      const { id } = request.params;
      await deps.warming.requireWarmable(actor.principal, id);
      const { audience: expected } = request.body;
      const entry = { action: 'meeting.warm', target: id, details: { audience: expected } } as const;
      const { edgeIds, short, until } = await deps.audit.duringOfOperators(actor, entry, () =>
        deps.warming.warm(actor.principal, id, expected),
      );
      return { edges: [...edgeIds], short: { ...short }, until: new Date(until).toISOString() };
    },
  );
  done();
};
