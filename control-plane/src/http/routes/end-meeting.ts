import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { type HttpDeps, principalOf } from '../http-deps.ts';
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
    async (request) => toMeetingBody(await deps.meetings.end(await principalOf(deps, request), request.params.id)),
  );
  done();
};
