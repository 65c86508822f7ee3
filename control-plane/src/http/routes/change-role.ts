import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { roleNames } from '../../core/meeting/roles.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams, participantBody, toParticipantBody } from '../schemas.ts';

export const changeRole: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.patch(
    '/v1/meetings/:id/participants/:participantId',
    {
      schema: {
        summary: 'Gives a participant another role',
        description:
          'Also for hosts of this meeting with their join token, and for cohosts between panelist and attendee. Who becomes an attendee stops publishing. The only host of a meeting stays host until there is another one (`LAST_HOST`); its owner alone may take the role away.',
        tags: ['meetings'],
        security: bearer,
        params: meetingParams.extend({ participantId: z.string().min(1).max(64) }),
        body: z.object({ role: z.enum(roleNames) }),
        response: { 200: participantBody, ...errorResponses },
      },
    },
    async (request) => {
      const { id, participantId } = request.params;
      const principal = await principalOf(deps, request);
      return toParticipantBody(await deps.roles.change(principal, id, participantId, request.body.role));
    },
  );
  done();
};
