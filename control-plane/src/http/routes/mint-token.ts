import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { roleNames } from '../../core/meeting/roles.ts';
import { userIdSchema } from '../../core/meeting/text.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams } from '../schemas.ts';

const body = z
  .object({
    name: z.string().min(1).max(256).describe('Shown to the others'),
    role: z.enum(roleNames),
    userId: userIdSchema
      .optional()
      .describe(
        'Who it is to your own program; webhooks tell it. Only an API key says so: others are who they are signed in as',
      ),
    ttlSeconds: z
      .number()
      .int()
      .min(60)
      .max(86_400)
      .default(3_600)
      .describe('How long somebody may join with it, and join again after a long loss of the connection'),
  })
  .meta({ examples: [{ name: 'Ada', role: 'panelist', userId: 'user-17', ttlSeconds: 14_400 }] });

const response = z.object({
  token: z.string(),
  participantId: z.string(),
  role: z.enum(roleNames),
  expiresAt: z.iso.datetime(),
});

const description = `A JWT with which one participant joins. Your own server can make it without this call:
algorithm HS256, header \`kid\`: API key id; claims \`aud\`: "canopy:join", \`exp\`, \`sub\`: participant id
(1 to 64 of A–Z a–z 0–9 _ -), \`meeting\`: meeting id, \`role\`: host, cohost, panelist or attendee, \`name\`, and optionally
\`userId\`. The signing secret is base64url(HMAC-SHA256(key = the API key's secret, "canopy join token")) without padding,
its characters taken as bytes.`;

export const mintToken: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.post(
    '/v1/meetings/:id/tokens',
    {
      schema: {
        summary: 'Makes a join token',
        description,
        tags: ['meetings'],
        security: bearer,
        params: meetingParams,
        body,
        response: { 201: response, ...errorResponses },
      },
    },
    async (request, reply) => {
      const principal = await principalOf(deps, request);
      const { name, role, userId, ttlSeconds } = request.body;
      const minted = await deps.meetings.mintToken(principal, request.params.id, {
        name,
        role,
        userId,
        ttlMs: ttlSeconds * 1000,
      });
      return await reply.code(201).send({ ...minted, expiresAt: new Date(minted.expiresAt).toISOString() });
    },
  );
  done();
};
