import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf, type HttpDeps } from '../http-deps.ts';
import { bearer, errorResponses, meetingBody, meetingParams, toMeetingBody } from '../schemas.ts';

const response = meetingBody.extend({ participantCount: z.number().int() });

export const getMeeting: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/meetings/:id',
    {
      schema: {
        summary: 'A meeting and how many are in it',
        description:
          'Also for holders of a join token of this meeting. Its settings are told to its owner, and to hosts and cohosts who are in it; others get none.',
        tags: ['meetings'],
        security: bearer,
        params: meetingParams,
        response: { 200: response, ...errorResponses },
      },
    },
    async (request) => {
      const actor = await actorOf(deps, request);
      const { id } = request.params;
      const meeting = await deps.looks.during(actor, id, 'meeting', () => deps.meetings.get(actor.principal, id));
      return { ...toMeetingBody(meeting), participantCount: meeting.participantCount };
    },
  );
  done();
};
