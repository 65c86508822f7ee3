import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { EdgeProgress } from '../../app/edges/draining.ts';
import { idSchema } from '../../core/meeting/text.ts';
import { actorOf, type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses } from '../schemas.ts';

const params = z.object({ id: idSchema });

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
  const order = (
    verb: 'drain' | 'undrain',
    about: { summary: string; description?: string },
    obey: (edgeId: string) => Promise<void>,
  ) =>
    app.post(
      `/v1/edges/:id/${verb}`,
      { schema: { ...about, tags: ['mesh'], security: bearer, params, response } },
      async (request) => {
        const actor = await actorOf(deps, request);
        const { id } = request.params;
        deps.access.require(actor.principal, { action: 'mesh.operate' });
        await deps.audit.during(actor, { action: `edge.${verb}`, target: id, details: {} }, () => obey(id));
        return toBody(await deps.draining.progress(id));
      },
    );
  order(
    'drain',
    { summary: 'Empties an edge: nobody new, and who is on it moves elsewhere without a break' },
    (edgeId) => deps.draining.start(edgeId),
  );
  order(
    'undrain',
    {
      summary: 'Puts an edge back to work',
      description:
        'Undoes a drain that was ordered. An edge that was told to stop (SIGTERM) refuses with SHUTTING_DOWN: it goes in any case.',
    },
    (edgeId) => deps.draining.stop(edgeId),
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
