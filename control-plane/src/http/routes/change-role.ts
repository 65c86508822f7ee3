import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { roleNames, roleOfWire } from '../../core/meeting/roles.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams } from '../schemas.ts';

const response = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(roleNames),
  edgeId: z.string(),
  region: z.string(),
  connected: z.boolean(),
});

export const changeRole: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.patch(
    '/v1/meetings/:id/participants/:participantId',
    {
      schema: {
        summary: 'Gives a participant another role',
        description:
          'Also for hosts of this meeting with their join token, and for cohosts between panelist and attendee. Who becomes an attendee stops publishing.',
        tags: ['meetings'],
        security: bearer,
        params: meetingParams.extend({ participantId: z.string().min(1).max(64) }),
        body: z.object({ role: z.enum(roleNames) }),
        response: { 200: response, ...errorResponses },
      },
    },
    async (request) => {
      const { id, participantId } = request.params;
      const principal = await principalOf(deps, request);
      const participant = await deps.roles.change(principal, id, participantId, request.body.role);
      return { ...participant, role: roleOfWire(participant.role) };
    },
  );
  done();
};
