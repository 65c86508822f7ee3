import { CanopyError } from '@canopy/runtime/errors';
import type { FastifyReply } from 'fastify';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { HttpDeps } from '../http-deps.ts';
import { beginSession, publicOrigin } from '../sessions.ts';

const path = '/v1/account/oidc';
const cookie = 'canopy_oidc';
const flowForSeconds = 600;

const flow = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), returnTo: z.string() });

/** A path of ours, so that nobody is sent elsewhere after signing in. Browsers leave out tabs and newlines: `/\t/host` leads elsewhere. */
const returnTo = z
  .string()
  .max(512)
  .regex(/^\/(?![/\\])[^\\\p{Cc}]*$/u)
  .catch('/');

/** Signing in at a provider of OpenID Connect: pages that send the browser there and take it back. */
export const oidc: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  const provider = () => {
    if (deps.oidc === undefined) throw new CanopyError('NOT_FOUND');
    return deps.oidc.provider;
  };
  app.get(path, { schema: { hide: true, querystring: z.looseObject({ returnTo }) } }, (request, reply) =>
    lead(reply, async () => {
      const begun = await provider().begin(`${publicOrigin(request, deps.publicUrl)}${path}/callback`);
      const kept = JSON.stringify({ ...begun.flow, returnTo: request.query.returnTo });
      const secure = request.protocol === 'https';
      reply.setCookie(cookie, kept, { path, httpOnly: true, sameSite: 'lax', secure, maxAge: flowForSeconds });
      return begun.url;
    }),
  );
  app.get(`${path}/callback`, { schema: { hide: true } }, (request, reply) =>
    lead(reply, async () => {
      const kept = flow.safeParse(parsed(request.cookies[cookie]));
      reply.clearCookie(cookie, { path });
      if (!kept.success) throw new CanopyError('SIGN_IN_REQUIRED');
      const address = new URL(request.url, publicOrigin(request, deps.publicUrl));
      beginSession(reply, await deps.accounts.signInAs(await provider().finish(address, kept.data)));
      return returnTo.parse(kept.data.returnTo);
    }),
  );
  done();
};

/** Sends the browser on; if that fails, to where people sign in, which tells them why. */
async function lead(reply: FastifyReply, whereTo: () => Promise<string>): Promise<FastifyReply> {
  try {
    return reply.redirect(await whereTo());
  } catch (error) {
    if (!(error instanceof CanopyError)) throw error;
    return reply.redirect(`/account?error=${error.code}`);
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined; // No flow of ours.
  }
}
