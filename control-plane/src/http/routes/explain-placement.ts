import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { reasonName } from '../../core/meeting/session.ts';
import { idSchema } from '../../core/meeting/text.ts';
import { actorOf, type HttpDeps } from '../http-deps.ts';
import { bearer, decisionBody, edgeBody, errorResponses, meetingParams, toDecision } from '../schemas.ts';

const response = z.object({
  participantId: z.string(),
  edge: edgeBody,
  decision: decisionBody,
  moved: z
    .object({ fromEdgeId: z.string(), because: z.string() })
    .nullable()
    .describe(
      'Where the participant was before, and why it was moved: edge_draining, edge_lost, worker_lost, load, policy',
    ),
  at: z.iso.datetime().describe('When the participant was placed'),
});

export const explainPlacement: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/meetings/:id/participants/:participantId/placement',
    {
      schema: {
        summary: 'Why a participant is on its edge',
        description:
          'Also with the join token of whoever is in the meeting. Scores and round trips are for owners, operators and the participant itself: they say where it is. The place that it was taken to be at owners are not told, only by what it is known.',
        tags: ['placement'],
        security: bearer,
        params: meetingParams.extend({ participantId: idSchema }),
        response: { 200: response, ...errorResponses },
      },
    },
    async (request) => {
      const { id, participantId } = request.params;
      const actor = await actorOf(deps, request);
      const { edgeId, decision, placedAt, moved } = await deps.looks.during(actor, id, 'placement', () =>
        deps.meetings.placement(actor.principal, id, participantId),
      );
      const region = decision.candidates.find((candidate) => candidate.edgeId === edgeId)?.region ?? '';
      return {
        participantId,
        edge: { id: edgeId, region },
        decision: toDecision(decision),
        moved: moved === undefined ? null : { ...moved, because: reasonName(moved.because) },
        at: new Date(placedAt).toISOString(),
      };
    },
  );
  done();
};
