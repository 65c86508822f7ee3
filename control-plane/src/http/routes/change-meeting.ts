import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingBody, meetingParams, toMeetingBody } from '../schemas.ts';

const body = z.object({
  title: z.string().max(200).optional(),
  settings: z
    .record(z.string().min(1).max(128), z.unknown())
    .default({})
    .describe('Each replaces the one of its name; null removes it.'),
});

export const changeMeeting: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.patch(
    '/v1/meetings/:id',
    {
      schema: {
        summary: 'Changes a meeting, also while it runs',
        description: 'Who is on an edge in a region that is no longer allowed moves to another one.',
        tags: ['meetings'],
        security: bearer,
        params: meetingParams,
        body,
        response: { 200: meetingBody, ...errorResponses },
      },
    },
    async (request) =>
      toMeetingBody(await deps.meetings.change(await principalOf(deps, request), request.params.id, request.body)),
  );
  done();
};
