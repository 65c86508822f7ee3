import { isIP } from 'node:net';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf, type HttpDeps } from '../http-deps.ts';
import { placeOf, placeQuery } from '../place-query.ts';
import { bearer, decisionBody, errorResponses, toDecision } from '../schemas.ts';

const querystring = placeQuery
  .safeExtend({
    address: z
      .string()
      .max(64)
      .refine((text) => isIP(text) !== 0, 'an IP address')
      .optional(),
    meeting: z.uuid().optional().describe('As somebody who joins this meeting; else a meeting of its own'),
  })
  .refine(({ address, latitude }) => (address === undefined) !== (latitude === undefined), {
    message: 'either an address or a place',
  });

export const foreseePlacement: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/placement',
    {
      schema: {
        summary: 'Where somebody at an address, or a place, would be put now, and why',
        description: 'Nobody is placed. `edgeId` is absent where every edge is rejected.',
        tags: ['placement'],
        security: bearer,
        querystring,
        response: { 200: z.object({ decision: decisionBody }), ...errorResponses },
      },
    },
    async (request) => {
      const actor = await actorOf(deps, request);
      deps.access.require(actor.principal, { action: 'mesh.read' });
      const { address = '', meeting } = request.query;
      const client = { address, location: placeOf(request.query) };
      const decision =
        meeting === undefined
          ? deps.foresee(client)
          : await deps.looks.during(actor, meeting, 'candidates', () =>
              deps.meetings.chooseEdge(actor.principal, meeting, client),
            );
      return { decision: toDecision(decision) };
    },
  );
  done();
};
