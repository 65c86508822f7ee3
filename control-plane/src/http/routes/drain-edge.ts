import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { EdgeProgress } from '../../app/edges/draining.ts';
import { actorOf, type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses } from '../schemas.ts';

const params = z.object({ id: z.string().min(1).max(64) });

const progress = z.object({
  id: z.string(),
  region: z.string(),
  state: z.enum(['ready', 'draining', 'drained', 'dead']).describe('drained: nobody and nothing is left on it'),
  sessions: z.number().int(),
  links: z.number().int().describe('To edges it gets tracks from'),
  movedSessions: z.number().int().describe('Participants moved away since the drain began'),
  startedAt: z.iso.datetime().nullable(),
});

const response = { 200: progress, ...errorResponses };

/** `GET /v1/edges/{id}`, `POST …/drain` and `POST …/undrain`. */
export const drainEdge: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/edges/:id',
    { schema: { summary: 'An edge, and how far it is emptied', tags: ['mesh'], security: bearer, params, response } },
    async (request) => {
      deps.access.require(await principalOf(deps, request), { action: 'mesh.read' });
      return toBody(await deps.draining.progress(request.params.id));
    },
  );
  app.post(
    '/v1/edges/:id/drain',
    {
      schema: {
        summary: 'Empties an edge: nobody new, and who is on it moves elsewhere without a break',
        tags: ['mesh'],
        security: bearer,
        params,
        response,
      },
    },
    async (request) => {
      const actor = await actorOf(deps, request);
      const { id } = request.params;
      deps.access.require(actor.principal, { action: 'mesh.operate' });
      await deps.audit.during(actor, { action: 'edge.drain', target: id, details: {} }, () => deps.draining.start(id));
      return toBody(await deps.draining.progress(id));
    },
  );
  app.post(
    '/v1/edges/:id/undrain',
    {
      schema: {
        summary: 'Puts an edge back to work',
        description:
          'Undoes a drain that was ordered. An edge that was told to stop (SIGTERM) refuses with SHUTTING_DOWN: it goes in any case.',
        tags: ['mesh'],
        security: bearer,
        params,
        response,
      },
    },
    async (request) => {
      const actor = await actorOf(deps, request);
      const { id } = request.params;
      deps.access.require(actor.principal, { action: 'mesh.operate' });
      await deps.audit.during(actor, { action: 'edge.undrain', target: id, details: {} }, () => deps.draining.stop(id));
      return toBody(await deps.draining.progress(id));
    },
  );
  done();
};

function toBody({ record, state, sessions, links, drain }: EdgeProgress): z.output<typeof progress> {
  const { edgeId, region } = record.heartbeat;
  return {
    id: edgeId,
    region,
    state,
    sessions,
    links,
    movedSessions: drain?.movedSessions ?? 0,
    startedAt: drain === undefined ? null : new Date(drain.startedAt).toISOString(),
  };
}
