import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { password } from '../../core/account/account.ts';
import { actorOf, type HttpDeps } from '../http-deps.ts';
import { bearer, errorResponses } from '../schemas.ts';
import { publicOrigin } from '../sessions.ts';

const token = z.string().min(1).max(100);

/** Links with which somebody who forgot their password sets another one. */
export const passwordResets: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  const reset = z.object({
    url: z.url().describe('Shown this once. What follows # is the token, which no server log gets to see'),
    expiresAt: z.iso.datetime(),
  });
  app.post(
    '/v1/password-resets',
    {
      schema: {
        summary: 'Makes a link to set a new password',
        description:
          'Good once and for an hour; it takes the place of the link before. Hand it to the person over a channel you trust: no mail is sent. Needs a key with the scope accounts.',
        tags: ['operators'],
        security: bearer,
        body: z.object({ account: z.string().min(1).max(254).describe('The email address, or the handle') }),
        response: { 201: reset, ...errorResponses },
      },
    },
    async (request, reply) => {
      const actor = await actorOf(deps, request);
      const { account } = request.body;
      deps.access.require(actor.principal, { action: 'account.reset' });
      const entry = { action: 'password.reset-link', target: account, details: {} } as const;
      const made = await deps.audit.during(actor, entry, () => deps.passwordResets.create(actor.principal, account));
      const url = `${publicOrigin(request, deps.publicUrl)}/reset#${made.token}`;
      return await reply.code(201).send({ url, expiresAt: new Date(made.expiresAt).toISOString() });
    },
  );
  app.put(
    '/v1/account/password-reset',
    {
      schema: {
        summary: 'Sets a new password with a link, and signs out everywhere',
        tags: ['accounts'],
        body: z.object({ token, password }),
        response: { 204: z.null().describe('Done'), ...errorResponses },
      },
    },
    async (request, reply) => {
      const { ip: address, body } = request;
      const userId = await deps.passwordResets.ownerOf(body.token, address);
      const entry = { action: 'password.reset', target: userId, details: {} } as const;
      await deps.audit.during({ principal: { kind: 'user', userId }, address }, entry, () =>
        deps.passwordResets.use(body.token, body.password),
      );
      return await reply.code(204).send(null);
    },
  );
  done();
};
