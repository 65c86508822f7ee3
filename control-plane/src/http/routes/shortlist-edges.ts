import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { measuringUrl } from '../../core/edges/edge-record.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { placeOf, placeQuery } from '../place-query.ts';
import { bearer, errorResponses, meetingParams } from '../schemas.ts';

const response = z.object({
  edges: z
    .array(z.object({ id: z.string(), region: z.string(), url: z.string() }))
    .describe('The likeliest first. `url` answers a GET at once; its round trip belongs into `join`'),
});

/** Edges worth measuring: more would cost a client more time than the better choice brings. */
const mostEdges = 4;

export const shortlistEdges: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/meetings/:id/edges/shortlist',
    {
      schema: {
        summary: 'Edges a client may measure its round trip to before it joins',
        tags: ['placement'],
        security: bearer,
        params: meetingParams,
        querystring: placeQuery,
        response: { 200: response, ...errorResponses },
      },
    },
    async (request) => {
      const likely = await deps.meetings.likelyEdges(await principalOf(deps, request), request.params.id, {
        address: request.ip,
        location: deps.clientsBelieved ? placeOf(request.query) : undefined,
      });
      const edges = likely.flatMap((edgeId) => {
        const heartbeat = deps.edges.get(edgeId)?.heartbeat;
        const url = heartbeat && measuringUrl(heartbeat);
        return url === undefined ? [] : [{ id: edgeId, region: heartbeat?.region ?? '', url }];
      });
      return { edges: edges.slice(0, mostEdges) };
    },
  );
  done();
};
