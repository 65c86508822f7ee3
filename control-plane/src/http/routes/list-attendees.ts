import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { attendeesPerPage } from '../../core/meeting/attendee-pages.ts';
import { roleNames, roleOfWire } from '../../core/meeting/roles.ts';
import { actorOf, type HttpDeps } from '../http-deps.ts';
import { bearer, edgeBody, errorResponses, meetingParams } from '../schemas.ts';

const query = z.object({
  cursor: z.string().max(64).optional().describe('`nextCursor` of the page before'),
  limit: z.coerce.number().int().min(1).max(attendeesPerPage.most).default(attendeesPerPage.usual),
});

const response = z.object({
  attendees: z.array(
    z.object({ id: z.string(), name: z.string(), role: z.enum(roleNames), edge: edgeBody, connected: z.boolean() }),
  ),
  nextCursor: z.string().nullable(),
});

export const listAttendees: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/meetings/:id/attendees',
    {
      schema: {
        summary: 'Who attends a webinar, or is of a large meeting’s crowd',
        description:
          'Those first who came first. Also with the join token of whoever is in the meeting; of a webinar as host, cohost or panelist. A meeting has a crowd once more than 200 people are in it: those of them who neither keep order nor publish, raise a hand or are spotlit.',
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
        attendees: page.attendees.map(({ id, name, role, edgeId, region, connected }) => {
          return { id, name, role: roleOfWire(role), edge: { id: edgeId, region }, connected };
        }),
        nextCursor: page.nextCursor ?? null,
      };
    },
  );
  done();
};
