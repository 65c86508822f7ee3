import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { meshEventKinds } from '../../core/edges/mesh-event.ts';
import { planCauses } from '../../core/routing/plan-cause.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses } from '../schemas.ts';

const querystring = z.object({
  after: z
    .string()
    .regex(/^\d{1,15}-\d{1,10}$/)
    .optional()
    .describe('The id of the last one known; without it, the latest ones'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

const response = z.object({
  events: z.array(
    z.object({
      id: z.string(),
      at: z.iso.datetime(),
      kind: z.enum(meshEventKinds),
      edgeId: z.string().optional(),
      meetingId: z.string().optional(),
      parentEdgeId: z.string().optional().describe('Of a lost link: the edge it came from'),
      seamless: z.boolean().optional().describe('Of a lost link: media went on without it'),
      epoch: z.number().optional().describe('Of a plan'),
      cause: z.enum(planCauses).optional().describe('Of a plan: why it was made. There may be more of them with time'),
    }),
  ),
});

export const meshEvents: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/mesh/events',
    {
      schema: {
        summary: 'What happened in the mesh, oldest first',
        description: 'The last thousand or so are kept.',
        tags: ['mesh'],
        security: bearer,
        querystring,
        response: { 200: response, ...errorResponses },
      },
    },
    async (request) => {
      deps.access.require(await principalOf(deps, request), { action: 'mesh.operate' });
      const { after, limit } = request.query;
      const events = await deps.meshLog.read(after, limit);
      return { events: events.map(({ at, ...event }) => ({ ...event, at: new Date(at).toISOString() })) };
    },
  );
  done();
};
