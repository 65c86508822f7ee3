import { CanopyError } from '@canopy/runtime/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SignedIn } from '../app/accounts/accounts.ts';

const cookie = 'canopy_session';

/** The secret of the session that a browser is in. */
export function sessionOf(request: FastifyRequest): string | undefined {
  return request.cookies[cookie];
}

export function beginSession(reply: FastifyReply, { token, expiresAt }: SignedIn): void {
  const secure = reply.request.protocol === 'https';
  reply.setCookie(cookie, token, { path: '/', httpOnly: true, sameSite: 'lax', secure, expires: new Date(expiresAt) });
}

export function endSession(reply: FastifyReply): void {
  reply.clearCookie(cookie, { path: '/' });
}

/** The origin people open this server at. */
export function publicOrigin(request: FastifyRequest, publicUrl: string | undefined): string {
  return publicUrl ?? `${request.protocol}://${request.host}`;
}

/** What changes something in the name of a session, or begins one, must come from a page of ours (OWASP CSRF Prevention). */
export function requireOwnOrigin(app: FastifyInstance, publicUrl: string | undefined): void {
  app.addHook('onRequest', async (request) => {
    const { authorization, origin } = request.headers;
    if (request.method === 'GET' || request.method === 'HEAD' || authorization !== undefined) return;
    const asked = request.routeOptions.url ?? request.url;
    if (sessionOf(request) === undefined && !asked.startsWith('/v1/account')) return;
    if (origin === publicOrigin(request, publicUrl) || origin === `${request.protocol}://${request.host}`) return;
    throw new CanopyError('ORIGIN_REFUSED');
  });
}
