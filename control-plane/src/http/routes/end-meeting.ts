import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { actorOf, type HttpDeps } from '../http-deps.ts';
import { bearer, errorResponses, meetingBody, meetingParams, toMeetingBody } from '../schemas.ts';

export const endMeeting: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.post(
    '/v1/meetings/:id/end',
    {
      schema: {
        summary: 'Ends a meeting for everybody',
        description: 'Also for hosts with their join token.',
        tags: ['meetings'],
        security: bearer,
        params: meetingParams,
        response: { 200: meetingBody, ...errorResponses },
      },
    },
    async (request) => {
      const actor = await actorOf(deps, request);
      const { id } = request.params;
      const { status, parentId } = await deps.live.require(actor.principal, id, (meeting) => ({
        action: 'meeting.end',
        meeting,
      }));
      const end = () => deps.meetings.end(actor.principal, id);
      // Nothing is done to what has ended, nor to a room by itself: nobody fills the log with that.
      if (status === 'ended' || parentId !== undefined) return toMeetingBody(await end());
      const entry = { action: 'meeting.end', target: id, details: {} } as const;
      return toMeetingBody(await deps.audit.during(actor, entry, end));
    },
  );
  done();
};
