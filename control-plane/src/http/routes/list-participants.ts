import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf, type HttpDeps } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams, participantBody, toParticipantBody } from '../schemas.ts';

const response = z.object({
  participants: z.array(participantBody),
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
      const actor = await actorOf(deps, request);
      const { id } = request.params;
      const state = await deps.looks.during(actor, id, 'participants', () =>
        deps.meetings.participants(actor.principal, id),
      );
      return {
        participants: state.participants.map(toParticipantBody),
        attendeeCount: state.attendeeCount,
      };
    },
  );
  done();
};
