import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { attendeesPerPage } from '../../core/meeting/attendee-pages.ts';
import { actorOf, type HttpDeps } from '../http-deps.ts';
import { bearer, edgeBody, errorResponses, meetingParams } from '../schemas.ts';

const query = z.object({
  cursor: z.string().max(64).optional().describe('`nextCursor` of the page before'),
  limit: z.coerce.number().int().min(1).max(attendeesPerPage.most).default(attendeesPerPage.usual),
});

const response = z.object({
  attendees: z.array(z.object({ id: z.string(), name: z.string(), edge: edgeBody, connected: z.boolean() })),
  nextCursor: z.string().nullable(),
});

export const listAttendees: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/meetings/:id/attendees',
    {
      schema: {
        summary: 'Who attends a webinar',
        description:
          'Those first who came first. Also with the join token of whoever is in the meeting as host, cohost or panelist.',
        tags: ['meetings'],
        security: bearer,
        params: meetingParams,
        querystring: query,
        response: { 200: response, ...errorResponses },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const actor = await actorOf(deps, request);
      const { id } = request.params;
      const page = await deps.looks.during(actor, id, 'attendees', () =>
        deps.meetings.attendees(actor.principal, id, cursor, limit),
      );
      return {
        attendees: page.attendees.map(({ id, name, edgeId, region, connected }) => {
          return { id, name, edge: { id: edgeId, region }, connected };
        }),
        nextCursor: page.nextCursor ?? null,
      };
    },
  );
  done();
};
