import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { roleNames } from '../../core/meeting/roles.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, participantBody, participantParams, toParticipantBody } from '../schemas.ts';

const change = z.object({
  role: z.enum(roleNames).optional(),
  name: z.string().min(1).max(256).optional().describe('Of a longer one the first 64 characters'),
});

export const changeParticipant: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.patch(
    '/v1/meetings/:id/participants/:participantId',
    {
      schema: {
        summary: 'Gives a participant another role, or another name',
        description:
          'Also for hosts of this meeting with their join token, and for cohosts between panelist and attendee. Who becomes an attendee stops publishing. The only host of a meeting stays host until there is another one (`LAST_HOST`); its owner alone may take the role away. A name is given by whoever may moderate that participant, and by themselves; they keep it when they join again with the same token.',
        tags: ['meetings'],
        security: bearer,
        params: participantParams,
        body: change,
        response: { 200: participantBody, ...errorResponses },
      },
    },
    async (request) => {
      const { id, participantId } = request.params;
      const { role, name } = request.body;
      const principal = await principalOf(deps, request);
      if (role === undefined)
        return toParticipantBody(await deps.naming.rename(principal, id, participantId, name ?? ''));
      // Who is refused the one has not done the other.
      const rename = name === undefined ? undefined : await deps.naming.prepare(principal, id, participantId, name);
      const changed = await deps.roles.change(principal, id, participantId, role);
      return toParticipantBody(rename === undefined ? changed : await rename());
    },
  );
  done();
};
