import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { handle } from '../../core/account/account.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { errorResponses, meetingBody, toMeetingBody } from '../schemas.ts';

const tags = ['accounts'];
const look = z.object({
  hostName: z.string(),
  meetingId: z.uuid().nullable().describe('The meeting that is on; null while the host is not there'),
});

export const personalRoom: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/rooms/:handle',
    {
      schema: {
        summary: 'Whose personal room it is, and the meeting in it',
        tags,
        params: z.object({ handle: handle.catch('-') }),
        response: { 200: look, ...errorResponses },
      },
    },
    async (request) => {
      const { hostName, meetingId } = await deps.personalRooms.look(request.params.handle);
      return { hostName, meetingId: meetingId ?? null };
    },
  );
  app.post(
    '/v1/account/room',
    { schema: { summary: 'Opens one’s own personal room', tags, response: { 200: meetingBody, ...errorResponses } } },
    async (request) => {
      const principal = await principalOf(deps, request);
      const meeting = await deps.personalRooms.open(principal, () => deps.admitMeeting(principal, undefined));
      return toMeetingBody(meeting);
    },
  );
  done();
};
