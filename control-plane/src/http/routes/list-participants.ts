import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { roleNames, roleOfWire } from '../../core/meeting/roles.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, edgeBody, errorResponses, meetingParams } from '../schemas.ts';

const response = z.object({
  participants: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      role: z.enum(roleNames),
      edge: edgeBody,
      connected: z.boolean(),
    }),
  ),
  attendeeCount: z.number().int().describe('Attendees of a webinar, who are listed apart'),
});

export const listParticipants: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/meetings/:id/participants',
    {
      schema: {
        summary: 'Who is in a meeting, and on which edge',
        description: 'Of a webinar the stage; `GET /v1/meetings/{id}/attendees` pages through its audience.',
        tags: ['meetings'],
        security: bearer,
        params: meetingParams,
        response: { 200: response, ...errorResponses },
      },
    },
    async (request) => {
      const state = await deps.meetings.participants(await principalOf(deps, request), request.params.id);
      return {
        participants: state.participants.map(({ id, name, role, edgeId, region, connected }) => {
          return { id, name, role: roleOfWire(role), edge: { id: edgeId, region }, connected };
        }),
        attendeeCount: state.attendeeCount,
      };
    },
  );
  done();
};
