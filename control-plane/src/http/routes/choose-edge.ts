import { CanopyError } from '@canopy/runtime/errors';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf, type HttpDeps } from '../http-deps.ts';
import { placeOf, placeQuery } from '../place-query.ts';
import { bearer, decisionBody, edgeBody, errorResponses, meetingParams, toDecision } from '../schemas.ts';

export const chooseEdge: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/meetings/:id/sfu',
    {
      schema: {
        summary: 'The edge a client would be placed on now, and why',
        description:
          'The caller is taken to be the client. A place in the query is heeded only where clients are believed. The candidates are told to whom the settings are told; to others none.',
        tags: ['placement'],
        security: bearer,
        params: meetingParams,
        querystring: placeQuery,
        response: { 200: z.object({ edge: edgeBody, decision: decisionBody }), ...errorResponses },
      },
    },
    async (request) => {
      const actor = await actorOf(deps, request);
      const { id } = request.params;
      const location = deps.clientsBelieved ? placeOf(request.query) : undefined;
      const decision = await deps.looks.during(actor, id, 'candidates', () =>
        deps.meetings.chooseEdge(actor.principal, id, { address: request.ip, location }),
      );
      const edge = deps.edges.get(decision.edgeId ?? '')?.heartbeat;
      if (edge === undefined) throw new CanopyError('NO_EDGE_AVAILABLE');
      return {
        edge: { id: edge.edgeId, region: edge.region },
        decision: toDecision(decision),
      };
    },
  );
  done();
};
