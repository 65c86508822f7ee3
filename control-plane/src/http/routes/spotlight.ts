import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, nothing, participantParams } from '../schemas.ts';

const path = '/v1/meetings/:id/participants/:participantId/spotlight';
const described = {
  tags: ['moderation'],
  security: bearer,
  params: participantParams,
  response: { 204: nothing, ...errorResponses },
};

/** Whom everybody sees large. */
export const spotlight: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  for (const [method, on] of [
    ['PUT', true],
    ['DELETE', false],
  ] as const) {
    app.route({
      method,
      url: path,
      schema: {
        ...described,
        summary: on ? 'Puts somebody before everybody’s eyes' : 'Takes somebody out of the spotlight',
        description: 'Also for hosts and cohosts with their join token.',
      },
      async handler(request, reply) {
        const { id, participantId } = request.params;
        const caller = await deps.live.caller(await principalOf(deps, request), id, { running: true });
        await deps.showing.spotlight(caller, participantId, on);
        return await reply.code(204).send(null);
      },
    });
  }
  done();
};
