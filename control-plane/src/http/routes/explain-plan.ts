import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ExplainedLink, ExplainedNode } from '../../core/routing/explain-plan.ts';
import { actorOf, type HttpDeps } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams } from '../schemas.ts';

const link = z.object({
  rttMs: z.number().nullable().describe('Measured by the edges; null where it was not'),
  loss: z.number().nullable().describe('0 to 1'),
  bitrateBps: z.number().describe('Of this origin’s tracks'),
  tracks: z.number().int(),
  layers: z
    .object({ carried: z.number().int(), total: z.number().int() })
    .describe('Simulcast layers it carries, of those its tracks have; the rest nobody below needs'),
  epoch: z.number().describe('Of the plan that the child goes by'),
});

const node = z.object({
  edgeId: z.string(),
  parentId: z.string(),
  backupParentId: z.string().nullable(),
  backupChained: z.boolean().describe('The backup parent passes on its own second way, not its first'),
  reason: z.string().describe('Why it has this parent'),
  relay: z.boolean().describe('Nobody on it wants the tracks: it only forwards'),
  depth: z.number().int(),
  latencyMs: z.number().describe('One way from the origin'),
  shortestMs: z.number().describe('The shortest that is possible'),
  link: link.nullable().describe('From the parent; null while nothing crosses it'),
  backupLink: link.nullable().describe('From the backup parent; null while nothing crosses it, as with a cold backup'),
  demand: z.number().int().describe('Participants on it'),
});

const response = z.object({
  epoch: z.number(),
  backup: z.enum(['none', 'cold', 'warm']),
  cascades: z.array(z.object({ originEdgeId: z.string(), nodes: z.array(node) })),
  unreached: z.array(z.object({ originEdgeId: z.string(), edgeId: z.string(), because: z.string() })),
});

export const explainPlan: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/meetings/:id/plan',
    {
      schema: {
        summary: 'How the meeting’s tracks travel, and why so',
        description: 'Also with the join token of whoever is in the meeting.',
        tags: ['mesh'],
        security: bearer,
        params: meetingParams,
        response: { 200: response, ...errorResponses },
      },
    },
    async (request) => {
      const actor = await actorOf(deps, request);
      const { id } = request.params;
      const { plan, cascades } = await deps.looks.during(actor, id, 'plan', () =>
        deps.meetings.plan(actor.principal, id),
      );
      return {
        epoch: plan.epoch,
        backup: plan.backup,
        cascades: cascades.map(({ originId, nodes }) => ({ originEdgeId: originId, nodes: nodes.map(toNode) })),
        unreached: plan.unreached.map(({ originId, ...member }) => ({ originEdgeId: originId, ...member })),
      };
    },
  );
  done();
};

function toNode({ link, backupLink, backupParentId, backupChained, ...rest }: ExplainedNode): z.output<typeof node> {
  return {
    ...rest,
    backupParentId: backupParentId ?? null,
    backupChained: backupChained === true,
    link: toLink(link),
    backupLink: toLink(backupLink),
  };
}

function toLink(explained: ExplainedLink | undefined): z.output<typeof link> | null {
  if (explained === undefined) return null;
  return { ...explained, rttMs: explained.rttMs ?? null, loss: explained.loss ?? null };
}
