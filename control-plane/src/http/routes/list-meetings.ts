import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { meetingStatuses } from '../../core/meeting/meeting.ts';
import { actorOf, type HttpDeps } from '../http-deps.ts';
import { bearer, errorResponses, meetingBody, toMeetingBody } from '../schemas.ts';

const querystring = z.object({
  cursor: z.uuid().optional().describe('`nextCursor` of the page before'),
  status: z.enum(meetingStatuses).default('live'),
  inhabited: z.stringbool().default(false).describe('Only those that somebody is in'),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

const response = z.object({
  meetings: z.array(
    meetingBody.extend({
      edges: z
        .array(z.object({ id: z.string(), participants: z.number().int() }))
        .describe('Those that somebody in it is on'),
    }),
  ),
  nextCursor: z.uuid().nullable(),
});

export const listMeetings: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/meetings',
    {
      schema: {
        summary: 'Meetings, the newest first',
        description: 'One’s own; an operator is shown those of everybody.',
        tags: ['meetings'],
        security: bearer,
        querystring,
        response: { 200: response, ...errorResponses },
      },
    },
    async (request) => {
      const { status, inhabited, limit, cursor: olderThan } = request.query;
      const actor = await actorOf(deps, request);
      const found = await deps.looks.duringList(actor, () =>
        deps.meetingList.list(actor.principal, { status, inhabited, limit, olderThan }),
      );
      return {
        nextCursor: found.length === limit ? (found.at(-1)?.meeting.id ?? null) : null,
        meetings: found.map(({ meeting, participants }) => ({
          ...toMeetingBody(meeting),
          edges: [...participants].map(([id, count]) => ({ id, participants: count })),
        })),
      };
    },
  );
  done();
};
