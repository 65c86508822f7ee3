import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams, nothing, participantParams } from '../schemas.ts';

const path = '/v1/meetings/:id/bans';
const described = { tags: ['moderation'], security: bearer };

const list = z.object({
  bans: z.array(
    z.object({
      participantId: z.string(),
      name: z.string().describe('Theirs in the meeting; empty if it is not known'),
      userId: z.string().nullable().describe('The person, who may not come back as somebody else either'),
      bannedAt: z.iso.datetime(),
      network: z.boolean().describe('Whoever comes without an account from the network they were in waits'),
    }),
  ),
});

/** Who may not come back. All of it also for hosts with their join token. */
export const bans: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    path,
    {
      schema: {
        ...described,
        summary: 'Who was banned from a meeting',
        description: 'The latest first. Of a breakout room they are those of its main meeting.',
        params: meetingParams,
        response: { 200: list, ...errorResponses },
      },
    },
    async (request) => {
      const banned = await deps.banList.list(await principalOf(deps, request), request.params.id);
      return {
        bans: banned.map(({ participantId, name, userId, bannedAt, networkHash }) => ({
          participantId,
          name,
          userId: userId ?? null,
          bannedAt: new Date(bannedAt).toISOString(),
          network: networkHash !== undefined,
        })),
      };
    },
  );
  app.delete(
    `${path}/:participantId`,
    {
      schema: {
        ...described,
        summary: 'Lifts a ban',
        description:
          'They may come back, and guests from the network they were in need no longer wait, unless somebody else was banned from there. Who waits already is let in by a host. `PARTICIPANT_NOT_FOUND`: nobody of that id is banned.',
        params: participantParams,
        response: { 204: nothing, ...errorResponses },
      },
    },
    async (request, reply) => {
      const { id, participantId } = request.params;
      await deps.banList.lift(await principalOf(deps, request), id, participantId);
      return await reply.code(204).send(null);
    },
  );
  done();
};
